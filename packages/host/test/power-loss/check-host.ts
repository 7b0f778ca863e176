import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { hostFile } from "../../src/storage/data-directory.ts";
import { fillerOf, ROWS, understand } from "./program.ts";
import type { Operation } from "./recording.ts";

/** Whether the host's own database has all changes that were said to be durable, and none by half. */
export function checkHost(directory: string, operations: readonly Operation[]): void {
  let said = 0;
  for (const operation of operations) {
    if (operation.kind !== "said") continue;
    for (const one of operation.text.split("\n").map(understand)) said = one?.number ?? said;
  }
  const path = hostFile(directory);
  if (said === 0 && !existsSync(path)) return;
  const database = new DatabaseSync(path);
  try {
    assert.deepEqual(
      database
        .prepare("PRAGMA integrity_check")
        .all()
        .map((row) => row.integrity_check),
      ["ok"],
    );
    const hasTable = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'rows'").all();
    if (said === 0 && hasTable.length === 0) return;
    const last = Number(database.prepare("SELECT number FROM counted").get()?.number);
    assert(last >= said, `${last} changes are left of ${said}`);
    for (const { row, number, filler } of database.prepare("SELECT * FROM rows").all()) {
      const wanted = last - ((((last - Number(row)) % ROWS) + ROWS) % ROWS);
      assert.equal(number, wanted, "half of a change");
      assert.equal(filler, fillerOf(wanted), "half of a row");
    }
  } finally {
    database.close();
  }
}
