import type { LogFile } from "../log-file.ts";
import type { SharedLog } from "./shared-log.ts";

/**
 * Makes an object's log durable: by the shared log, if it is known from where on; else by itself, and then
 * that is known. Its name MUST be durable.
 *
 * @param path of the log
 * @param object as the shared log names it
 */
export function share(
  shared: SharedLog,
  log: LogFile,
  path: string,
  object: string,
): Promise<void> | undefined {
  const known = shared.placeOf(path);
  const added = known && log.addedSince(known);
  if (added === undefined) {
    const place = log.place(known);
    return log.sync("thread")?.then(() => place && shared.know(path, place));
  }
  shared.know(path, added.end);
  const own = () => log.sync("thread");
  const { salts, at, bytes } = added;
  return shared.add({ salts, at, bytes, object, path, own });
}
