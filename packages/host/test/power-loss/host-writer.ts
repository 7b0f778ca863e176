/**
 * The program whose system calls are recorded: it changes the host's own database, whose log is folded and
 * begun anew meanwhile, and says on its output what is durable.
 *
 * Arguments: data directory, and `main` to make the mistake of not syncing the file.
 */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import { systemClock } from "../../src/clock.ts";
import { type Descriptor, type Files, systemFiles } from "../../src/files.ts";
import { HostDatabase } from "../../src/storage/host-database.ts";
import { CHANGES, fillerOf, ROWS, say } from "./program.ts";

const [, , dataDirectory = "", mistake = ""] = argv;

/** The file itself is not synced. */
function unsyncedMain(): Files {
  const mains = new Set<Descriptor>();
  return {
    ...systemFiles,
    open: (path) => {
      const descriptor = systemFiles.open(path);
      if (path.endsWith(".sqlite")) mains.add(descriptor);
      return descriptor;
    },
    sync: async (descriptor) => {
      if (!mains.has(descriptor)) await systemFiles.sync(descriptor);
    },
  };
}

const database = new HostDatabase({
  ...{
    dataDirectory,
    files: mistake === "main" ? unsyncedMain() : systemFiles,
    clock: systemClock,
  },
  durability: "strict",
  onFailure: (error) => {
    throw error;
  },
});
database.read().run("CREATE TABLE counted (number INTEGER)");
database.read().run("INSERT INTO counted VALUES (0)");
database.read().run("CREATE TABLE rows (row INTEGER PRIMARY KEY, number INTEGER, filler TEXT)");

for (let number = 1; number <= CHANGES; number += 1) {
  const durable = database.change((open) => {
    open.run("UPDATE counted SET number = ?", BigInt(number));
    const values = [BigInt(number % ROWS), BigInt(number), fillerOf(number)] as const;
    open.run("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", ...values);
  });
  // Several at a time, as a busy host makes them.
  if (number % 3 > 0) continue;
  await durable();
  writeSync(1, say({ kind: "durable", object: 0, number }));
}
await database.close();
