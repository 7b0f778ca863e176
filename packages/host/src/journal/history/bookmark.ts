import { createHash } from "node:crypto";
import { FreeholdError } from "../../errors.ts";
import { keyText, type ObjectKey } from "../../objects/key.ts";

/**
 * A moment in the history of one object. Each restore, and each deletion of everything, begins another
 * line; logs are counted within a line, frames within a log.
 */
export interface Moment {
  readonly line: number;
  readonly log: number;
  readonly frames: number;
}

/** Stands for the last log of a line, and all of its frames. */
export const LAST = 0xffffffff;

const FORMAT = /^([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{32})$/;

/** Which object a bookmark is of. */
function tagOf(key: ObjectKey): string {
  return createHash("sha256").update(keyText(key)).digest("hex").slice(0, 32);
}

/** Bookmarks of one object are ordered as texts as their moments are in time. */
export function toBookmark(key: ObjectKey, { line, log, frames }: Moment): string {
  const parts = [line, log, frames].map((part) => part.toString(16).padStart(8, "0"));
  return [...parts, tagOf(key)].join("-");
}

/** @throws FreeholdError `BOOKMARK_INVALID` */
export function fromBookmark(key: ObjectKey, bookmark: string): Moment {
  const [, line, log, frames, tag] = FORMAT.exec(bookmark) ?? [];
  if (line === undefined || log === undefined || frames === undefined || tag !== tagOf(key)) {
    throw new FreeholdError("BOOKMARK_INVALID", "This is no bookmark of this object.", {
      help: "Use what `getCurrentBookmark` or `getBookmarkForTime` of the same object answered.",
    });
  }
  return {
    line: Number.parseInt(line, 16),
    log: Number.parseInt(log, 16),
    frames: Number.parseInt(frames, 16),
  };
}

/** Whether a text has the form of a bookmark, whatever object it is of. */
export function isBookmark(text: string): boolean {
  return FORMAT.test(text);
}

export function isBefore(a: Moment, b: Moment): boolean {
  return toParts(a) < toParts(b);
}

function toParts({ line, log, frames }: Moment): string {
  return [line, log, frames].map((part) => part.toString(16).padStart(8, "0")).join("-");
}
