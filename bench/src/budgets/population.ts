import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { openHttp } from "../harness/http.ts";
import { pool } from "../harness/stats.ts";

/** Enough for creations to share disk syncs. */
const CONNECTIONS = 64;

/**
 * Where a hundred thousand objects are made: in memory, where the machine has such a disk. Each of
 * them is synced before it answers, which takes a disk many minutes and is not what is measured.
 * `BENCH_DISK` names another folder.
 */
export const fastDisk = process.env.BENCH_DISK ?? (existsSync("/dev/shm") ? "/dev/shm" : tmpdir());

/** GETs every path once; each object behind one is made by its first. */
export async function visit(url: string, paths: readonly string[]): Promise<void> {
  const connections = await openHttp(url, CONNECTIONS);
  const free = [...connections];
  await pool(paths.length, CONNECTIONS, async (index) => {
    const connection = free.pop()!;
    await connection.ok(paths[index]!);
    free.push(connection);
  });
  for (const connection of connections) connection.close();
}

export function objectPaths(count: number, query = ""): string[] {
  return Array.from({ length: count }, (_, index) => `/o-${index}${query}`);
}
