import type { useAgent } from "@freehold/agents/react";
import { type DragEvent, useState } from "react";
import type { LibrarianApi, LibraryState } from "../protocol.ts";

interface LibraryProps {
  readonly agent: ReturnType<typeof useAgent<LibrarianApi, LibraryState>>;
}

/** The files that were read, and ways to more. */
export function Library({ agent }: LibraryProps) {
  const [said, setSaid] = useState("");
  const { files, isReading } = agent.state ?? { files: [], isReading: false };
  const tell = (work: Promise<number>) => {
    work.then(
      (fresh) => setSaid(fresh === 0 ? "Nothing new." : `${fresh} new passages.`),
      (error: Error) => setSaid(error.message),
    );
  };
  const read = async (chosen: Iterable<File>) => {
    let fresh = 0;
    for (const file of chosen) fresh += await agent.stub.readFile(file.name, await file.text());
    return fresh;
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    tell(read(event.dataTransfer.files));
  };
  return (
    <section aria-label="Library" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <h1>Library</h1>
      <button type="button" disabled={isReading} onClick={() => tell(agent.stub.readShelf())}>
        Read the shelf
      </button>
      <label className="file">
        Add Markdown files, or drop them here
        <input
          type="file"
          accept=".md"
          multiple
          onChange={(event) => tell(read(event.currentTarget.files ?? []))}
        />
      </label>
      <p role="status" aria-label="Reading">
        {isReading ? "Reading…" : said}
      </p>
      <ul aria-label="Files">
        {files.map(({ name, passages }) => (
          <li key={name}>
            {name} <span className="count">{passages}</span>
            <button
              type="button"
              aria-label={`Forget ${name}`}
              onClick={() => void agent.stub.forgetFile(name)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
