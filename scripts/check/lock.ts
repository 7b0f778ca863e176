import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { rootFolder } from "../tools.ts";

const FIELDS = [
  "name",
  "version",
  "bin",
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
] as const;

type Fields = Readonly<Partial<Record<(typeof FIELDS)[number], unknown>>>;

/** A package-lock.json as far as it is read here. */
export interface LockFile {
  readonly packages: Readonly<Record<string, Fields>>;
}

/**
 * Where the lock file and a package.json of the workspace disagree, so that an install would take
 * versions that nobody chose.
 */
export function findLockProblems(
  lock: LockFile,
  readManifest: (folder: string) => Fields = manifestIn,
): string[] {
  const folders = Object.keys(lock.packages).filter((path) => !path.includes("node_modules/"));
  return folders.flatMap((folder) => {
    const locked = lock.packages[folder];
    const manifest = readManifest(folder);
    return FIELDS.filter((field) => !agree(field, manifest[field], locked?.[field])).map(
      (field) =>
        `${join(folder, "package.json")}: ${field} differs from package-lock.json; run npm install`,
    );
  });
}

/** Reads the repository's lock file. */
export function readLockFile(): LockFile {
  return JSON.parse(readFileSync(join(rootFolder, "package-lock.json"), "utf8"));
}

function manifestIn(folder: string): Fields {
  return JSON.parse(readFileSync(join(rootFolder, folder, "package.json"), "utf8"));
}

/** npm leaves a name out where the folder says it, and writes paths of commands without "./". */
function agree(field: string, manifest: unknown, locked: unknown): boolean {
  if (field === "name") return locked === undefined || manifest === locked;
  if (field === "bin") return (manifest === undefined) === (locked === undefined);
  return isDeepStrictEqual(sorted(manifest), sorted(locked));
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
