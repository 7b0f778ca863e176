import { socketErrors } from "../contract-errors.ts";
import { currentLimits } from "../limits.ts";

/**
 * The tags of a socket: duplicates dropped, at most 10 by default, each at most 256 bytes of
 * UTF-8 by default.
 *
 * @throws TypeError when it is not an array; Error past a limit.
 */
export function checkedTags(tags: unknown): readonly string[] {
  if (tags === undefined) return NONE;
  if (!Array.isArray(tags)) throw socketErrors.tagsNotAnArray();
  if (tags.length === 0) return NONE;
  const distinct = [...new Set(tags.map(String))];
  const { tagsPerSocket, tagBytes } = currentLimits();
  if (distinct.length > tagsPerSocket) throw socketErrors.tooManyTags(tagsPerSocket);
  const tooLong = distinct.find((tag) => Buffer.byteLength(tag) > tagBytes);
  if (tooLong !== undefined) throw socketErrors.tagTooLong(tooLong, tagBytes);
  return distinct;
}

/**
 * A tag as programs get it back: half a pair of surrogates has three bytes, of which none is a letter.
 * It is still found by itself.
 */
export function readableTag(tag: string): string {
  return tag.isWellFormed() ? tag : tag.replace(/\p{Surrogate}/gu, "\ufffd\ufffd\ufffd");
}

const NONE: readonly string[] = [];
