/** A place in a module: lines count from one, columns from zero. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Where a module's syntax is wrong. V8 does not tell it to programs, but the parser stops at the first
 * error: the shortest beginning of the text that fails in the same way ends with what is wrong.
 *
 * @param compile answers the message of the error that a text has, if any
 */
export function syntaxErrorAt(
  source: string,
  message: string,
  compile: (text: string) => string | undefined,
): Place {
  let [low, high] = [0, source.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compile(source.slice(0, middle)) === message) high = middle;
    else low = middle + 1;
  }
  if (message === "Unexpected end of input") return placeOf(source, source.length);
  return placeOf(source, Math.max(0, low - tokenBefore(source.slice(0, low), message).length));
}

/** What is wrong, at the end of a text: at least its last letter. */
function tokenBefore(text: string, message: string): string {
  const named = /'(.*)'$/s.exec(message)?.[1] ?? "";
  if (named !== "" && text.endsWith(named)) return named;
  const last = text.slice(-1);
  if (message === "Unexpected string") return text.slice(text.lastIndexOf(last, text.length - 2));
  if (message === "Unexpected number") return /[\w.]+$/.exec(text)?.[0] ?? last;
  return last;
}

/** Where a module imports a name that another does not export. */
export function importAt(source: string, specifier: string, name: string): Place | undefined {
  const [from, wanted] = [specifier, name].map((text) =>
    text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  const pattern = `\\b(?:im|ex)port\\s[^;'"]*?\\b(?=${wanted}\\b[^;'"]*['"]${from}['"])`;
  const found = new RegExp(pattern).exec(source);
  return found === null ? undefined : placeOf(source, found.index + found[0].length);
}

function placeOf(source: string, offset: number): Place {
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) as string).length };
}
