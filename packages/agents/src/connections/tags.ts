import { FreeholdError } from "../errors.ts";

/** Most tags of a connection, its id included. */
const MAX_TAGS = 10;
/** Longest tag, in UTF-16 code units. */
const MAX_TAG_LENGTH = 256;

/**
 * A connection's tags: its id, then the agent's, each once.
 *
 * @throws FreeholdError `invalid_connection_tag` for more than {@link MAX_TAGS} tags, or one that is
 * not a string, is empty or is longer than {@link MAX_TAG_LENGTH}.
 */
export function connectionTags(id: string, given: readonly unknown[]): string[] {
  const tags = [id, ...given.filter((tag) => tag !== id)];
  if (tags.length > MAX_TAGS) {
    throw invalid(`A connection can only have ${MAX_TAGS} tags, including the default id tag.`);
  }
  return tags.map(checkedTag);
}

function checkedTag(tag: unknown): string {
  if (typeof tag !== "string") {
    throw invalid(`A connection tag must be a string. Received: ${String(tag)}`);
  }
  if (tag === "") throw invalid("A connection tag must not be an empty string.");
  if (tag.length > MAX_TAG_LENGTH) {
    throw invalid(`A connection tag must not exceed ${MAX_TAG_LENGTH} characters`);
  }
  return tag;
}

function invalid(message: string): FreeholdError {
  return new FreeholdError("invalid_connection_tag", message, {
    help: "Return fewer or shorter strings from getConnectionTags.",
  });
}
