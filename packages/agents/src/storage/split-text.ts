/**
 * Texts in pieces that fit in a row.
 *
 * @module
 */

/**
 * Cuts a text into pieces of at most `maxBytes` bytes of UTF-8 each (at least 4), never inside a
 * character. Joined again they are the text; lone surrogates are kept as they are.
 *
 * @example
 * ```ts
 * splitText("aé", 4); // ["aé"]
 * ```
 */
export function splitText(text: string, maxBytes: number): readonly string[] {
  // No text has more than 3 bytes a code unit, so most need no counting.
  if (text.length * 3 <= maxBytes) return [text];
  const pieces: string[] = [];
  let from = 0;
  let bytes = 0;
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at) ?? 0;
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes + size > maxBytes) {
      pieces.push(text.slice(from, at));
      from = at;
      bytes = 0;
    }
    bytes += size;
    at += point < 0x10000 ? 1 : 2;
  }
  return [...pieces, text.slice(from)];
}
