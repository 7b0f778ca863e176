import type { PackageObjectContext } from "@freehold/host";

/**
 * Calls back in a turn to come, once what an object has written survives the end of the process.
 *
 * A turn is committed at its end, but for the first of an activation: its alarm has to be durable
 * before. Each life of a process begins with one, so none ends in a step that is not on record.
 */
export function onRecordOf(context: PackageObjectContext): (callback: () => void) => void {
  let hasRecorded = false;
  return (callback) => {
    if (hasRecorded) context.soon(callback);
    else {
      void context.storage.sync().then(() => {
        hasRecorded = true;
        context.soon(callback);
      });
    }
  };
}
