import type { LibraryMessage, Source } from "../protocol.ts";

interface AnswerProps {
  readonly message: LibraryMessage;
  readonly onSource: (source: Source) => void;
}

/** A message, with a button for each source that it names. */
export function Answer({ message: { parts }, onSource }: AnswerProps) {
  const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
  const sources = parts.flatMap((part) => (part.type === "data-sources" ? part.data : []));
  return (
    <p>
      {piecesOf(text, sources).map(({ key, piece, source }) =>
        source ? (
          <button key={key} type="button" className="mark" onClick={() => onSource(source)}>
            <span aria-hidden="true">{piece}</span>
            <span className="hidden">
              Source {source.number}: {source.file}
            </span>
          </button>
        ) : (
          piece
        ),
      )}
    </p>
  );
}

/** Texts and marks such as `[1]`, in order. A mark without a source stays a text. */
function piecesOf(text: string, sources: readonly Source[]) {
  return text.split(/(\[\d+\])/).map((piece, place) => {
    const number = /^\[(\d+)\]$/.exec(piece)?.[1];
    const source = sources.find((one) => String(one.number) === number);
    return { key: `${place} ${piece}`, piece, source };
  });
}
