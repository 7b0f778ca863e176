import { type SpawnOptions, spawn } from "node:child_process";
import { dirname, join } from "node:path";

/** The repository's root folder. */
export const rootFolder = dirname(import.meta.dirname);

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly status: number;
  readonly output: string;
}

/** Runs a JavaScript file of an installed package with this Node, sharing the terminal. */
export function runTool(file: string, args: readonly string[], options: SpawnOptions = {}) {
  return ended(launch(file, args, { stdio: "inherit", ...options }));
}

/** {@link runTool}, collecting standard output and error in the order in which they came. */
export async function captureTool(
  file: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<CommandResult> {
  const child = launch(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const status = await ended(child);
  return { status, output: Buffer.concat(chunks).toString().trimEnd() };
}

function launch(file: string, args: readonly string[], options: SpawnOptions) {
  const target = join(rootFolder, "node_modules", file);
  return spawn(process.execPath, [target, ...args], { cwd: rootFolder, ...options });
}

function ended(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Applies `task` to every item, at most `width` at a time, keeping order. */
export async function inParallel<Item, Result>(
  width: number,
  items: readonly Item[],
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      results[next[0]] = await task(next[1]);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
