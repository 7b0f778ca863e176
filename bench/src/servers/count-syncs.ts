// Loaded into the server before everything else: counts the syncs that it asks the machine for, and
// writes the number to the file BENCH_SYNCS at each SIGUSR2. What SQLite syncs by itself, at folds, is
// not among them.
import fs from "node:fs";
import process from "node:process";

const target = process.env.BENCH_SYNCS ?? "";
let syncs = 0;
let answers = 0;

for (const name of ["fdatasync", "fdatasyncSync", "fsync", "fsyncSync"] as const) {
  const original = fs[name] as (...args: unknown[]) => unknown;
  Reflect.set(fs, name, (...args: unknown[]) => {
    syncs += 1;
    return original(...args);
  });
}

process.on("SIGUSR2", () => {
  answers += 1;
  fs.writeFileSync(target, `${answers} ${syncs}\n`);
});
