import { existsSync, writeFileSync } from "node:fs";

const { CRASH_AT: chosen, CRASH_CURRENT: victim, CRASH_FOLDER: folder = "" } = process.env;

/** Ends the process here, at once and once only, when this point of this errand was chosen. */
export function point(id: string, name: string): void {
  const marker = `${folder}/${id}.crashed`;
  if (name !== chosen || id !== victim || existsSync(marker)) return;
  writeFileSync(marker, name);
  process.kill(process.pid, "SIGKILL");
}
