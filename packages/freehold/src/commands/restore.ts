import { resolve } from "node:path";
import { FreeholdError } from "@freehold/host";
import { isBookmark, restoreBackup, restoreMoment, restoreObject } from "@freehold/host/data";
import { askHost } from "../runtime/control-socket.ts";
import { colors } from "./colors.ts";
import { type DataFlags, dataDirectoryOf } from "./data-directory.ts";
import { copyPlatformFiles } from "./platform-files.ts";
import { filesText } from "./report.ts";

interface RestoreFlags extends DataFlags {
  readonly object?: string;
  readonly at?: string;
}

/**
 * `freehold restore <backup>`: makes a data directory of a backup, or puts one object of it back.
 * `freehold restore --object … --at …`: brings one object back to a time, or to the bookmark that an
 * earlier restore has named; also while the host runs.
 */
export async function restoreCommand(
  backup: string | undefined,
  flags: RestoreFlags,
): Promise<void> {
  const data = await dataDirectoryOf(flags);
  const { object, at } = flags;
  if (at !== undefined && backup !== undefined) {
    throw missing(
      "Name a backup or a moment: --at needs no backup, and a backup has one moment only.",
    );
  }
  if (at !== undefined) await toMoment(data, object, momentOf(at));
  else if (backup !== undefined) await fromBackup(data, resolve(backup), object);
  else throw missing("Name a backup, or --object and --at.");
}

async function fromBackup(data: string, backup: string, object: string | undefined): Promise<void> {
  const { files, kept } =
    object === undefined
      ? await restoreBackup(backup, data)
      : await restoreObject(backup, data, object);
  if (object === undefined) await copyPlatformFiles(backup, data);
  console.log(`${colors.green("restored")} ${filesText(files)} in ${data}`);
  if (kept !== undefined) console.log(`         what was there before is in ${kept}`);
}

/** @throws FreeholdError `RESTORE_UNCLEAR` */
function momentOf(at: string): number | string {
  if (isBookmark(at)) return at;
  // A number is milliseconds, unless it can be no more than a year.
  const time = new Date(/^\d{5,}$/.test(at) ? Number(at) : at).getTime();
  if (Number.isNaN(time)) throw missing("Write --at as in 2026-11-26T20:00:00Z, or as a bookmark.");
  return time;
}

async function toMoment(
  data: string,
  object: string | undefined,
  moment: number | string,
): Promise<void> {
  if (object === undefined) throw missing("Name the agent with --object: Class/name or Class/id.");
  const undo = await throughHost(data, object, moment);
  const told = typeof moment === "string" ? moment : new Date(moment).toISOString();
  console.log(`${colors.green("restored")} ${object} to ${told}`);
  console.log(`         this bookmark takes it back: ${undo}`);
}

async function throughHost(data: string, object: string, moment: number | string): Promise<string> {
  try {
    return String(await askHost(data, "data/restore", { object, moment }));
  } catch (error) {
    if (!(error instanceof FreeholdError) || error.code !== "HOST_NOT_RUNNING") throw error;
    return restoreMoment(data, object, moment);
  }
}

function missing(help: string): FreeholdError {
  return new FreeholdError("RESTORE_UNCLEAR", "It is not clear what to restore.", { help });
}
