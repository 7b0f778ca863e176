import { type AddedPiece, isSameUse, type LogFile } from "../log-file.ts";
import type { SharedLog } from "./shared-log.ts";

/** The log of an object that is to be made durable. Its name MUST be durable. */
export interface SharingLog {
  readonly path: string;
  /** As the shared log names it. */
  readonly object: string;
  /** Opens it. `undefined` when there is none. */
  open(): LogFile | undefined;
  /** What makes it durable without the shared log. It may have been removed by then. */
  own(): Promise<void> | undefined;
  /** What was added to it since it was last synced, where that is at hand: see {@link isAtHand}. */
  readonly added: AddedPiece | undefined;
}

/** Whether what was added to a log, which is at hand, begins where the log is known to be durable. */
export function isAtHand(
  shared: SharedLog,
  path: string,
  added: AddedPiece | undefined,
): added is AddedPiece {
  const known = shared.placeOf(path);
  if (known === undefined || added === undefined) return false;
  return isSameUse(known, added) && known.end >= added.at;
}

/**
 * Makes an object's log durable: by the shared log, if it is known from where on; else by itself, and then
 * that is known.
 */
export function share(shared: SharedLog, sharing: SharingLog): Promise<void> | undefined {
  const { path, open } = sharing;
  if (sharing.added !== undefined) return add(shared, sharing, sharing.added);
  const log = open();
  const known = shared.placeOf(path);
  const added = known && log?.addedSince(known);
  if (added !== undefined) return add(shared, sharing, added);
  const place = log?.place(known);
  return log?.sync("thread")?.then(() => place && shared.know(path, place));
}

function add(
  shared: SharedLog,
  { path, object, own }: SharingLog,
  { salts, at, bytes, end }: AddedPiece,
): Promise<void> {
  shared.know(path, end);
  return shared.add({ salts, at, bytes, object, path, own });
}
