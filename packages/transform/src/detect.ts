/**
 * An `@` that may begin a decorator: not glued to a word, a quote or a path (so not an address, a
 * package name or a private-scope import), and followed by a name or a parenthesis.
 */
const CANDIDATE = /(?<![\w$"'`/.\-@#%&+])@[\p{ID_Start}$_(\\]/gu;

/** A line that began as a comment and is still one where the candidate stands. */
const COMMENT_LINE = /^\s*(?:\/\/|(?!.*\*\/)\/?\*)/;

/**
 * Whether a source text may contain a decorator. Reads text, not syntax: it never misses a
 * decorator that ordinary code can contain, and may take CSS in a template literal for one, which
 * costs a needless transform and nothing else.
 *
 * @example
 * ```ts
 * import { containsDecorator } from "@freehold/transform";
 *
 * containsDecorator("class A { @callable() greet() {} }"); // true
 * containsDecorator("/** @param name who *\/"); // false
 * ```
 */
export function containsDecorator(code: string): boolean {
  for (const candidate of code.matchAll(CANDIDATE)) {
    const lineStart = code.lastIndexOf("\n", candidate.index) + 1;
    if (!COMMENT_LINE.test(code.slice(lineStart, candidate.index))) return true;
  }
  return false;
}
