import { resolve } from "node:path";
import { restoreBackup, restoreObject } from "@freehold/host/data";
import { colors } from "./colors.ts";
import { type DataFlags, dataDirectoryOf } from "./data-directory.ts";

interface RestoreFlags extends DataFlags {
  readonly object?: string;
}

/** `freehold restore <backup>`: makes a data directory of a backup, or puts one object of it back. */
export async function restoreCommand(backup: string, flags: RestoreFlags): Promise<void> {
  const data = await dataDirectoryOf(flags);
  const from = resolve(backup);
  const { files, kept } =
    flags.object === undefined
      ? await restoreBackup(from, data)
      : await restoreObject(from, data, flags.object);
  console.log(`${colors.green("restored")} ${files} files in ${data}`);
  if (kept !== undefined) console.log(`         what was there before is in ${kept}`);
}
