import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RunResult } from "../../worker/notes.ts";
import { versions } from "../versions.ts";
import type { CataloguedProgram } from "./catalogue.ts";

interface Recording {
  readonly workerd: string;
  readonly program: string;
  /** Label → what was seen, in order. */
  readonly entries: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, "../../recorded");
const fileOf = (item: CataloguedProgram) => join(root, `${item.path}.json`);

/** The trace recorded for this very source on this very workerd, if there is one. */
export async function readRecording(item: CataloguedProgram): Promise<RunResult | undefined> {
  const text = await readFile(fileOf(item), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const recording = JSON.parse(text) as Recording;
  const fits = recording.workerd === versions.workerd && recording.program === item.hash;
  return fits ? { entries: Object.entries(recording.entries) } : undefined;
}

/** Keeps the trace of a slow program; a run that threw is never kept. */
export async function writeRecording(item: CataloguedProgram, result: RunResult): Promise<void> {
  if (result.threw !== undefined) return;
  const entries = Object.fromEntries(result.entries);
  if (Object.keys(entries).length < result.entries.length) {
    throw new Error(`${item.path} uses a label twice, so its trace cannot be kept`);
  }
  const recording: Recording = {
    workerd: versions.workerd,
    program: item.hash,
    entries,
  };
  await mkdir(dirname(fileOf(item)), { recursive: true });
  await writeFile(fileOf(item), `${JSON.stringify(recording, null, 2)}\n`);
}
