import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** /proc counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10;

/** The fields of `/proc/<pid>/stat` behind the command's name; undefined when it has ended. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ESRCH" || code === "EACCES";
}

/** A process and all its descendants. */
function tree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(Number(name))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    found.push(pid);
    open.push(...(children.get(pid) ?? []));
  }
  return found;
}

/** CPU milliseconds, user and system, that a process and its descendants have used. */
export function cpuOf(root: number): number {
  const ticks = tree(root).map((pid) => {
    const fields = statOf(pid);
    return fields === undefined ? 0 : Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, value) => sum + value, 0) * MS_PER_TICK;
}

/** Resident memory of a process and its descendants, in MiB. */
export function memoryOf(root: number): { rss: number; processes: number } {
  let rss = 0;
  let processes = 0;
  for (const pid of tree(root)) {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
      rss += Number(/^Rss: +(\d+)/m.exec(text)?.[1] ?? 0);
      processes++;
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return { rss: rss / 1024, processes };
}

/** Bytes that a process and its descendants have had written to the disk. */
export function writtenBy(root: number): number {
  let bytes = 0;
  for (const pid of tree(root)) {
    try {
      const text = readFileSync(`/proc/${pid}/io`, "latin1");
      bytes += Number(/^write_bytes: +(\d+)/m.exec(text)?.[1] ?? 0);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return bytes;
}

/** CPU milliseconds that the whole machine has been busy. */
export function machineBusy(): number {
  const fields = readFileSync("/proc/stat", "utf8").split("\n")[0]!.trim().split(/ +/).slice(1);
  const busy = [0, 1, 2, 5, 6, 7].reduce((sum, index) => sum + Number(fields[index]), 0);
  return busy * MS_PER_TICK;
}

/** Allocated bytes and files under a directory. */
export function diskOf(directory: string): { bytes: number; files: number } {
  let bytes = 0;
  let files = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    try {
      bytes += statSync(join(entry.parentPath, entry.name)).blocks * 512;
      files++;
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return { bytes, files };
}
