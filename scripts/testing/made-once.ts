import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Files of a folder, by patterns as `globSync` takes them. */
export interface Chosen {
  readonly folder: string;
  readonly patterns: readonly string[];
  isLeftOut(name: string): boolean;
}

/** A short name for what files hold, and for where they are. */
export function digestOf(chosen: readonly Chosen[]): string {
  const hash = createHash("sha256");
  for (const { folder, patterns, isLeftOut } of chosen) {
    for (const file of globSync(patterns, { cwd: folder, exclude: isLeftOut }).sort()) {
      const path = join(folder, file);
      if (statSync(path).isFile()) hash.update(`\0${path}\0`).update(readFileSync(path));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Makes a folder that several processes may want: whole or not there, and the first one's stays.
 *
 * @param make fills the folder, which has another name until it is whole.
 */
export async function madeOnce(
  folder: string,
  make: (half: string) => Promise<void>,
): Promise<string> {
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const half = mkdtempSync(join(dirname(folder), "half-"));
  try {
    await make(half);
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
