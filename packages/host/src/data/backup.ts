import { keyText } from "../objects/key.ts";
import { type BackupReport, damageOf, finishBackup } from "../storage/backup.ts";
import { fileKey, objectFiles } from "../storage/object-files.ts";
import { openObjectStores } from "../storage/open.ts";
import { settleCopy } from "../storage/settle-backup.ts";

/**
 * Makes a backup whole that a host has copied: looks into every file, and brings alarms and names to what
 * the objects hold. Until then it cannot be restored.
 *
 * @returns the report, with the files that are damaged
 * @example
 * ```ts
 * const report = await completeBackup(target, await host.backup(target));
 * ```
 */
export async function completeBackup(target: string, report: BackupReport): Promise<BackupReport> {
  const damaged: { object: string; reason: string }[] = [];
  for await (const file of objectFiles(target)) {
    const reason = damageOf(file.path);
    if (reason !== undefined) damaged.push({ object: keyText(fileKey(file)), reason });
  }
  if (damaged.length === 0) await settleCopy(target);
  const { failed, ...manifest } = report;
  const whole = { ...report, failed: [...failed, ...damaged] };
  if (damaged.length === 0) await finishBackup(target, manifest);
  return whole;
}

/**
 * Backs up a data directory that no host runs on.
 *
 * @param only one object: `Class/name`, `Class/id` or an id. Default all.
 * @throws FreeholdError `DATA_DIRECTORY_IN_USE`, `DATA_DIRECTORY_UNUSABLE`, `BACKUP_EXISTS`,
 *   `OBJECT_UNKNOWN`, `OBJECT_AMBIGUOUS`
 */
export async function backupStopped(
  dataDirectory: string,
  target: string,
  only?: string,
): Promise<BackupReport> {
  const storage = openObjectStores({ dataDirectory });
  try {
    return await completeBackup(target, await storage.backup(target, only));
  } finally {
    await storage.close();
  }
}
