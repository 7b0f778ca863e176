/**
 * A setup file of all suites: whatever processes a test file started end with it, also when a test ran
 * out of time before it could end them itself. Those that were forgotten are told of.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { afterAll } from "vitest";

/** A process, as the system's table shows it. */
interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** For those that were ended and are still on their way, in milliseconds. */
const GRACE_MS = 2000;
/** Ends when the process that it works for does. */
const ENDS_BY_ITSELF = /[/\\]esbuild\0/;

afterAll(async () => {
  if (!existsSync("/proc/self/stat")) return;
  for (let rest = GRACE_MS; rest > 0 && leftOf(process.pid).length > 0; rest -= 50) {
    await setTimeout(50);
  }
  for (const { pid, command } of leftOf(process.pid)) {
    console.warn(`A test has left a process behind: ${pid} ${command.replaceAll("\0", " ")}`);
    end(pid);
  }
});

/** The processes below one that run, those further down first. */
function leftOf(pid: number): Entry[] {
  const table = readdirSync("/proc").flatMap((name) => entryOf(name) ?? []);
  const below = (parent: number): Entry[] =>
    table
      .filter((entry) => entry.parent === parent)
      .flatMap((entry) => [...below(entry.pid), entry]);
  return below(pid).filter(({ command }) => command !== "" && !ENDS_BY_ITSELF.test(command));
}

function entryOf(name: string): Entry | undefined {
  if (!/^\d+$/.test(name)) return undefined;
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "latin1");
    // The name before may hold anything.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    // One that has ended, and that nobody has asked about yet, has no command.
    return { pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, "utf8") };
  } catch {
    // It ended in between.
    return undefined;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}
