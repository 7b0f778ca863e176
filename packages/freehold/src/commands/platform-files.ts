import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";

/** Folders of a data directory that packages besides the host own, and what of them cannot be made again. */
const FOLDERS: Readonly<Record<string, RegExp>> = {
  vectors: /\.sqlite$/,
  gateway: /^(?:gateway\.sqlite|account)$/,
};
const DATABASE = /\.sqlite$/;

/**
 * Copies vector indexes and the gateway's logs from a data directory to a backup, or back. Databases are
 * copied as they are at one moment, whoever writes to them meanwhile.
 *
 * @returns how many files there were
 */
export async function copyPlatformFiles(from: string, to: string): Promise<number> {
  let files = 0;
  for (const [folder, wanted] of Object.entries(FOLDERS)) {
    const source = join(from, folder);
    if (!existsSync(source)) continue;
    await mkdir(join(to, folder), { recursive: true });
    for (const name of (await readdir(source)).filter((each) => wanted.test(each))) {
      await copyOne(join(source, name), join(to, folder, name));
      files += 1;
    }
  }
  return files;
}

async function copyOne(from: string, to: string): Promise<void> {
  if (!DATABASE.test(from)) return copyFile(from, to);
  // What belonged to another file of that name is not this one's.
  for (const suffix of ["", "-wal", "-shm", ".graph", ".graph.seal"]) {
    await rm(to + suffix, { force: true });
  }
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(database, to);
  } finally {
    database.close();
  }
}
