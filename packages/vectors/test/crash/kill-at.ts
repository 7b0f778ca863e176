import fs, { writeSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/**
 * Ends this process, as `kill -9` does, right before it does something lasting for the n-th time.
 *
 * @module
 */

let left = Number(process.env.CRASH_AT ?? 0);
let count = 0;

/** One thing more is about to be done. */
function point(): void {
  count++;
  if (--left === 0) process.kill(process.pid, "SIGKILL");
}

/** How many things were done. */
export function points(): number {
  return count;
}

/** Lets each call of a method be a point. */
export function watch(prototype: object, ...names: readonly string[]): void {
  const methods = prototype as Record<string, (...given: unknown[]) => unknown>;
  for (const name of names) {
    const method = methods[name];
    if (method === undefined) throw new Error(`there is no ${name} to watch`);
    methods[name] = function (this: unknown, ...given: unknown[]) {
      point();
      return method.apply(this, given);
    };
  }
}

/** Lets each change of a file be a point. */
export function watchFiles(): void {
  watch(fs, "renameSync", "rmSync", "writeFileSync", "fsyncSync");
  syncBuiltinESMExports();
}

/** A line that is out before the next thing happens. */
export function say(what: object): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}
