/**
 * Server-sent events, read from bytes that may be cut anywhere: inside a line, inside a line end,
 * inside a character.
 *
 * @module
 */

/** Where a reader of events stands between two pieces of text. Immutable. */
export interface SseState {
  /** Text of the line that has not ended. */
  readonly line: string;
  /** Lines of `data` of the event that has not ended. */
  readonly data: readonly string[];
  /** The last piece ended in a carriage return, of which a line feed may be the second half. */
  readonly returned: boolean;
}

/** Before the first byte. */
export const SSE_START: SseState = { line: "", data: [], returned: false };

/**
 * Takes the next piece of text and gives the `data` of every event that is now complete. Lines end
 * in LF, CRLF or CR; several `data` lines make one text; a blank line ends an event; comments and
 * other fields are skipped.
 *
 * @example
 * ```ts
 * const [state] = readSse(SSE_START, "data: {\"a\"");
 * readSse(state, ":1}\n\n"); // [state, ['{"a":1}']]
 * ```
 */
export function readSse(state: SseState, text: string): readonly [SseState, readonly string[]] {
  if (text === "") return [state, []];
  const rest = state.returned && text.startsWith("\n") ? text.slice(1) : text;
  const [first = "", ...others] = rest.split(/\r\n|\n|\r/);
  // Only the new text is searched: a line may come in thousands of pieces.
  const lines = [state.line + first, ...others];
  const line = lines.pop() ?? "";
  const events: string[] = [];
  let data = [...state.data];
  for (const each of lines) {
    if (each !== "") {
      const value = dataOf(each);
      if (value !== undefined) data.push(value);
      continue;
    }
    if (data.length > 0) events.push(data.join("\n"));
    data = [];
  }
  return [{ line, data, returned: text.endsWith("\r") }, events];
}

/** What is left at the end of the stream: the last event may lack its blank line. */
export function endSse(state: SseState): readonly string[] {
  const value = state.line === "" ? undefined : dataOf(state.line);
  const data = value === undefined ? state.data : [...state.data, value];
  return data.length === 0 ? [] : [data.join("\n")];
}

function dataOf(line: string): string | undefined {
  if (line === "data") return "";
  if (!line.startsWith("data:")) return undefined;
  return line.startsWith("data: ") ? line.slice(6) : line.slice(5);
}
