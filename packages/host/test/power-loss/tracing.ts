import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { env, execPath, platform } from "node:process";
import { type Operation, RECORDED_CALLS, readRecording } from "./recording.ts";

/** Where the data directory of a recording is, and its trace, below a folder of its own. */
const dataIn = (folder: string) => join(folder, "data");
const traceIn = (folder: string) => join(folder, "trace");

export function findStrace(): string | undefined {
  const directories = platform === "linux" ? (env.PATH ?? "").split(delimiter) : [];
  return directories.map((directory) => join(directory, "strace")).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program of this folder and records what it does to its files. */
export function record(tracer: string, folder: string, program: string, args: string[]): void {
  const options = ["-f", "-y", "-xx", "-s", "1000000", "-e", `trace=${RECORDED_CALLS}`];
  const command = [execPath, "--conditions=freehold-source", program, dataIn(folder), ...args];
  execFileSync(tracer, [...options, "-o", traceIn(folder), ...command], {
    stdio: ["ignore", "pipe", 2],
  });
}

/** What a folder's recording says, with directories as seen from the data directory. */
export function recorded(folder: string): readonly Operation[] {
  const data = dataIn(folder);
  return readRecording(readFileSync(traceIn(folder), "latin1"), data).map((operation) =>
    "directory" in operation
      ? { ...operation, directory: join("/", operation.directory.slice(data.length)) }
      : operation,
  );
}
