import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { Collection } from "../src/local/collection.ts";
import { search, seeded } from "../src/testing/vectors.ts";

const ROUNDS = 8;
const WRITER = fileURLToPath(new URL("./crash/writer.ts", import.meta.url));
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
const folder = mkdtempSync(join(tmpdir(), "freehold-vectors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Kills a writer after so many acknowledgements, and tells what it had acknowledged. */
async function killed(path: string, round: number, after: number) {
  const node = ["--conditions=freehold-source", "--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...node, WRITER, path, String(seed + round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [written, deleting, deleted] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Said;
    for (const id of said.deleting ?? []) deleting.add(id);
    for (const id of said.written ?? []) written.add(id);
    for (const id of said.deleted ?? []) deleted.add(id);
    if (++lines === after) child.kill("SIGKILL");
  }
  return { written, deleting, deleted };
}

/** `deleting` is said before, the others after. */
interface Said {
  readonly written?: readonly string[];
  readonly deleting?: readonly string[];
  readonly deleted?: readonly string[];
}

test(`nothing that was acknowledged is lost by kill -9 (CRASH_SEED=${seed})`, async () => {
  const path = join(folder, "index.sqlite");
  const random = seeded(seed);
  const kept = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const { written, deleting, deleted } = await killed(path, round, 5 + Math.floor(random() * 60));
    expect(written.size).toBeGreaterThan(0);
    for (const id of written) kept.add(id);
    // What was being deleted may be gone or not.
    for (const id of deleting) kept.delete(id);
    const database = new DatabaseSync(path);
    expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
    database.close();
    const collection = new Collection(path, undefined);
    try {
      const ids = [...kept];
      const stored = ids.flatMap((_, start) =>
        start % 500 === 0 ? collection.fetch(ids.slice(start, start + 500)) : [],
      );
      expect(stored.length).toBe(kept.size);
      for (const id of deleted) expect(collection.fetch([id])).toEqual([]);
      // What is stored is found, whatever of the graph was saved.
      for (const { id, values } of stored.slice(-5)) {
        expect(collection.search(search(values, { topK: 1 }))[0]?.id).toBe(id);
      }
    } finally {
      collection.close();
    }
  }
}, 900_000);
