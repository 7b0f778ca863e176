import { socketErrors } from "../contract-errors.ts";
import { MAX_TAG_LENGTH, MAX_TAGS } from "./limits.ts";

/**
 * The tags of a socket: at most 10 as given, each at most 256 characters, duplicates dropped.
 *
 * @throws TypeError when it is not an array; Error past a limit.
 */
export function checkedTags(tags: unknown): readonly string[] {
  if (tags === undefined) return NONE;
  if (!Array.isArray(tags)) throw socketErrors.tagsNotAnArray();
  if (tags.length === 0) return NONE;
  if (tags.length > MAX_TAGS) throw socketErrors.tooManyTags();
  const texts = tags.map(String);
  const tooLong = texts.find((tag) => tag.length > MAX_TAG_LENGTH);
  if (tooLong !== undefined) throw socketErrors.tagTooLong(tooLong);
  return [...new Set(texts)];
}

const NONE: readonly string[] = [];
