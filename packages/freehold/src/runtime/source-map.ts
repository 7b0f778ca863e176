/** What is needed of a source map's file to find places by it. */
export interface SourceMapFile {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** A place in a source. Line and column are counted from 1. */
export interface SourcePlace {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...DIGITS].map((digit, value) => [digit.charCodeAt(0), value]));
const VALUE_OF = Uint8Array.from({ length: 128 }, (_, code) => VALUES.get(code) ?? 0);
const [COMMA, SEMICOLON] = [44, 59];

/**
 * Finds by a map which place in a source a place in the code was made of. Walks over the mappings once
 * and keeps nothing of them: Node's own class makes an object of each first, which for a large Worker
 * holds up everything for a quarter of a second.
 *
 * @param line counted from 1, as `column`
 */
export function placeIn(
  { sources, mappings }: SourceMapFile,
  line: number,
  column: number,
): SourcePlace | undefined {
  // Where a segment stands: column in the code, then source, line and column there; each told as the
  // difference to the one before.
  const at = [0, 0, 0, 0, 0];
  let found: readonly number[] | undefined;
  for (let index = 0, row = 1; index < mappings.length && row <= line; ) {
    const code = mappings.charCodeAt(index);
    if (code === SEMICOLON) {
      row += 1;
      at[0] = 0;
    }
    if (code === SEMICOLON || code === COMMA) {
      index += 1;
      continue;
    }
    let field = 0;
    for (; index < mappings.length && !isEnd(mappings.charCodeAt(index)); field += 1) {
      let value = 0;
      let digit = 32;
      for (let shift = 0; digit & 32 && index < mappings.length; shift += 5) {
        digit = VALUE_OF[mappings.charCodeAt(index++)] ?? 0;
        value += (digit & 31) << shift;
      }
      at[field] = (at[field] ?? 0) + (value & 1 ? -(value >> 1) : value >> 1);
    }
    // Segments of one field belong to no source.
    if (row === line && (at[0] ?? 0) < column) found = field > 1 ? [...at] : undefined;
  }
  if (found === undefined) return undefined;
  const [, source = 0, sourceLine = 0, sourceColumn = 0] = found;
  const name = sources[source];
  if (name === undefined) return undefined;
  return { source: name, line: sourceLine + 1, column: sourceColumn + 1 };
}

function isEnd(code: number): boolean {
  return code === COMMA || code === SEMICOLON;
}
