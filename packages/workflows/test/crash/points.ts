import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.CRASH_FOLDER ?? "";
const chosen = process.env.CRASH_AT;
const victim = process.env.CRASH_CURRENT;

/** What an instance did in the world: each line survives the process. */
export function effect(id: string, text: string): void {
  appendFileSync(join(folder, `${id}.txt`), `${text}\n`);
}

/** What it did so far. */
export function effects(id: string): readonly string[] {
  const file = join(folder, `${id}.txt`);
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
}

/** Ends the process here, at once and once only, when this point of this instance was chosen. */
export function point(id: string, name: string): void {
  const marker = join(folder, `${id}.crashed`);
  if (name !== chosen || id !== victim || existsSync(marker)) return;
  writeFileSync(marker, name);
  process.kill(process.pid, "SIGKILL");
}
