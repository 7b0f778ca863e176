import { copyFile, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { StoredAlarmIndex } from "../alarms/index.ts";
import { systemFiles } from "../files.ts";
import { firstName, isWhole } from "../journal/first-image.ts";
import { Catalogue } from "../objects/catalogue.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import { ALARM_KEY } from "../storage/alarm-cell.ts";
import { hostFile } from "../storage/data-directory.ts";
import type { HostDatabase } from "../storage/host-database.ts";
import { filesBelow, type ObjectFile, objectFiles, parseName } from "../storage/object-files.ts";
import type { Finding } from "./doctor.ts";

/** As many names are told, and how many more there are. */
const MOST_NAMES = 5;

/** What a host keeps in its data directory beside the objects. */
const OWN = new Set([
  ...[
    "host.sqlite",
    "host.sqlite-wal",
    "host.sqlite-shm",
    "host.pid",
    "objects",
    "build",
    "control",
  ],
  ...["replaced"],
]);

interface Ills {
  readonly damaged: string[];
  readonly blank: string[];
  readonly unlisted: string[];
  readonly late: string[];
}

/** Looks at the files of a data directory whose host does not run. Changes nothing. */
export async function examineFiles(
  dataDirectory: string,
  host: HostDatabase,
): Promise<readonly Finding[]> {
  // A host that never came to use them has no tables.
  for (const Table of [Catalogue, StoredAlarmIndex]) new Table(host);
  const damage = String(host.read().get("PRAGMA integrity_check(1)")?.[0]);
  if (damage !== "ok") {
    return [bad("HOST_FILE", `${hostFile(dataDirectory)} is damaged: ${damage}`, FROM_BACKUP)];
  }
  const ills: Ills = { damaged: [], blank: [], unlisted: [], late: [] };
  const listed = rowsOf(host, "SELECT namespace, id, 0 FROM objects");
  const alarms = rowsOf(host, "SELECT namespace, id, time FROM alarms");
  const unsettled = rowsOf(host, "SELECT namespace, id, 0 FROM unsettled");
  const found = new Set<string>();
  let count = 0;
  for await (const file of objectFiles(dataDirectory)) {
    count += 1;
    found.add(keyText(file.key));
    await examineObject(file, { listed, alarms, unsettled }, ills);
  }
  const absent = [...listed.keys()].filter((key) => !found.has(key));
  const names = await examineNames(dataDirectory);
  return [...verdicts(count, ills, absent), ...unsynced(host), ...names];
}

interface Tables {
  readonly listed: ReadonlyMap<string, number>;
  readonly alarms: ReadonlyMap<string, number>;
  readonly unsettled: ReadonlyMap<string, number>;
}

async function examineObject(file: ObjectFile, tables: Tables, ills: Ills): Promise<void> {
  const text = keyText(file.key);
  const path = file.isFirst ? firstName(file.path) : file.path;
  if (file.isFirst ? !isWhole(await readFile(path)) : systemFiles.isBlank(path)) {
    ills.blank.push(path);
    return;
  }
  const { damage, alarm } = await look(path, `${file.path}-wal`, file.facet === undefined);
  if (damage !== undefined) ills.damaged.push(`${path} (${damage})`);
  if (!tables.listed.has(text)) ills.unlisted.push(text);
  const known = tables.alarms.get(text) ?? Number.POSITIVE_INFINITY;
  if (alarm !== null && known > alarm && !tables.unsettled.has(text)) ills.late.push(text);
}

interface Look {
  readonly damage: string | undefined;
  readonly alarm: number | null;
}

/** With a log beside it a file cannot be read without folding the log into it: a copy can. */
async function look(path: string, log: string, hasAlarm: boolean): Promise<Look> {
  if ((await stat(log).catch(() => undefined)) === undefined) {
    const url = pathToFileURL(path);
    url.searchParams.set("immutable", "1");
    return lookInto(url, hasAlarm);
  }
  const folder = await mkdtemp(join(tmpdir(), "freehold-doctor-"));
  try {
    const copy = join(folder, "copy.sqlite");
    await copyFile(path, copy);
    await copyFile(log, `${copy}-wal`);
    return lookInto(copy, hasAlarm);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lookInto(path: string | URL, hasAlarm: boolean): Look {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: path instanceof URL });
    const verdict = String(database.prepare("PRAGMA integrity_check(1)").get()?.integrity_check);
    if (verdict !== "ok") return { damage: verdict, alarm: null };
    return { damage: undefined, alarm: hasAlarm ? alarmOf(database) : null };
  } catch (error) {
    return { damage: error instanceof Error ? error.message : String(error), alarm: null };
  } finally {
    database?.close();
  }
}

function alarmOf(database: DatabaseSync): number | null {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = '_cf_METADATA'").get();
  if (table === undefined) return null;
  const row = database.prepare("SELECT value FROM _cf_METADATA WHERE key = ?").get(ALARM_KEY);
  return row === undefined ? null : Number(row.value);
}

const FROM_BACKUP = "Restore it from a backup with `freehold restore`.";

function verdicts(count: number, ills: Ills, absent: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const { damaged, blank, unlisted, late } = ills;
  if (damaged.length === 0) {
    findings.push({
      level: "good",
      code: "OBJECTS",
      message:
        count === 1 ? "1 file of an object is sound." : `${count} files of objects are sound.`,
    });
  } else findings.push(bad("OBJECTS", `Damaged: ${some(damaged)}.`, FROM_BACKUP));
  if (late.length > 0) {
    const help = "Use each of these objects once, and its alarm is known again.";
    findings.push(bad("ALARM_INDEX", `Alarms that nothing would wake: ${some(late)}.`, help));
  }
  if (unlisted.length > 0) {
    const help = "They work when they are named; use each once, and they are listed again.";
    findings.push(
      warning("UNLISTED", `Objects that the host does not list: ${some(unlisted)}.`, help),
    );
  }
  if (absent.length > 0) {
    const help = "If they should have data, restore them from a backup; otherwise nothing.";
    findings.push(warning("WITHOUT_FILE", `Listed objects without a file: ${some(absent)}.`, help));
  }
  if (blank.length > 0) {
    const help = "They were being made when the power went, and may be deleted.";
    findings.push(warning("BLANK_FILES", `Files without content: ${some(blank)}.`, help));
  }
  return findings;
}

/** What the disk failed to keep, and was not told again since. */
function unsynced({ unsynced: { names } }: HostDatabase): Finding[] {
  if (names.length === 0) return [];
  const help = "Check the disk. Each is written anew when it is next used.";
  return [warning("NOT_SYNCED", `The disk failed to keep: ${some(names)}.`, help)];
}

/** Files that are none of the host's, and what is left of things that were interrupted. */
async function examineNames(dataDirectory: string): Promise<Finding[]> {
  const [foreign, stale]: [string[], string[]] = [[], []];
  for (const name of await readdir(dataDirectory)) {
    if (name.startsWith(".doctor-")) stale.push(join(dataDirectory, name));
    else if (name.endsWith(".sqlite") && !OWN.has(name)) foreign.push(join(dataDirectory, name));
  }
  for await (const { path, name, folders } of filesBelow(dataDirectory)) {
    const [namespace, prefix] = folders;
    const [, id, suffix] = /^(.*?)(\.sqlite.*|\.history)$/.exec(name) ?? [];
    const isOwn =
      namespace !== undefined &&
      prefix !== undefined &&
      parseName(namespace, "", `${id}.sqlite`) !== undefined;
    if (!isOwn || suffix === undefined) foreign.push(path);
    // A deleted object keeps its history for as long as it can be brought back.
    else if (suffix !== ".history" && isStale(path, suffix)) stale.push(path);
  }
  return [
    ...(stale.length === 0
      ? []
      : [warning("STALE_FILES", `Left behind: ${some(stale)}.`, "They may be deleted.")]),
    ...(foreign.length === 0
      ? []
      : [warning("FOREIGN_FILES", `Not the host's: ${some(foreign)}.`, "Keep them elsewhere.")]),
  ];
}

function isStale(path: string, suffix: string): boolean {
  const kind = suffix.slice(".sqlite".length);
  if (kind === "-restoring") return true;
  if (kind !== "-wal" && kind !== "-shm") return false;
  const base = path.slice(0, path.length - kind.length);
  return !systemFiles.exists(base) && !systemFiles.exists(firstName(base));
}

function rowsOf(host: HostDatabase, sql: string): Map<string, number> {
  return new Map(
    host
      .read()
      .all(sql)
      .map(([namespace, id, value]) => {
        const key: ObjectKey = { namespace: String(namespace), id: String(id) };
        return [keyText(key), Number(value)];
      }),
  );
}

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  const told = names.slice(0, MOST_NAMES).join(", ");
  return more > 0 ? `${told} and ${more} more` : told;
}

function bad(code: string, message: string, help: string): Finding {
  return { level: "bad", code, message, help };
}

function warning(code: string, message: string, help: string): Finding {
  return { level: "warning", code, message, help };
}
