import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type BackupReport, FreeholdError } from "@freehold/host";
import { backupStopped, completeBackup } from "@freehold/host/data";
import { askHost } from "../runtime/control-socket.ts";
import { colors } from "./colors.ts";
import { type DataFlags, dataDirectoryOf } from "./data-directory.ts";
import { copyPlatformFiles } from "./platform-files.ts";
import { filesText } from "./report.ts";

interface BackupFlags extends DataFlags {
  readonly object?: string;
  readonly json?: boolean;
}

/**
 * `freehold backup <folder>`: copies all objects, vector indexes and the gateway's logs, or one object.
 * A host that runs on the data directory makes the copies itself and goes on serving. Ends with 1 when a
 * file could not be copied.
 */
export async function backupCommand(folder: string, flags: BackupFlags): Promise<void> {
  const data = await dataDirectoryOf(flags);
  if (!existsSync(data)) {
    throw new FreeholdError("DATA_ABSENT", `There is no data directory ${data}.`, {
      help: "Name it with --data, or start the project once.",
    });
  }
  const report = await backup(data, resolve(folder), flags.object);
  if (flags.object === undefined) await copyPlatformFiles(data, resolve(folder));
  if (flags.json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(`${colors.green("backup")} ${filesText(report.files)} in ${resolve(folder)}`);
    for (const { object, reason } of report.failed) {
      console.error(`${colors.red("failed")} ${object}: ${reason}`);
    }
  }
  process.exitCode = report.failed.length === 0 ? 0 : 1;
}

async function backup(
  data: string,
  target: string,
  only: string | undefined,
): Promise<BackupReport> {
  try {
    const report = await askHost(data, "data/backup", { target, only });
    return await completeBackup(target, report as BackupReport);
  } catch (error) {
    if (!(error instanceof FreeholdError) || error.code !== "HOST_NOT_RUNNING") throw error;
    return backupStopped(data, target, only);
  }
}
