import { EventEmitter } from "node:events";
import process from "node:process";

const TEXT_LIMIT = 5000;

/**
 * What a loaded Worker sees as `process`: nothing of the real one, through which the machine could be
 * reached.
 */
export function innocentProcess(env: Readonly<Record<string, unknown>>): object {
  const events = new EventEmitter();
  const { nextTick } = process;
  const started = performance.now();
  const texts = Object.entries(env).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.assign(events, {
    env: Object.fromEntries(texts) as Record<string, string>,
    nextTick: (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
      nextTick(callback, ...args),
    hrtime: Object.assign(hrtime, { bigint: () => BigInt(Math.round(performance.now() * 1e6)) }),
    uptime: () => (performance.now() - started) / 1000,
    cwd: () => "/bundle",
    emitWarning: () => undefined,
    title: "workerd",
    platform: "linux",
    arch: "x64",
    pid: 1,
    ppid: 0,
    argv: ["workerd"],
    execArgv: [],
    execPath: "",
    version: process.version,
    versions: { node: process.versions.node },
    release: { name: "node" },
    features: {},
    config: {},
    browser: false,
  });
}

/** Texts as they are, data as JSON; what has no text is left out. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "function") return undefined;
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text !== undefined && text.length <= TEXT_LIMIT ? text : undefined;
  } catch {
    return undefined;
  }
}

function hrtime(before: readonly [number, number] = [0, 0]): [number, number] {
  const nanoseconds = Math.round(performance.now() * 1e6);
  const seconds = Math.floor(nanoseconds / 1e9);
  const [wholeSeconds, rest] = [seconds - before[0], (nanoseconds % 1e9) - before[1]];
  return rest < 0 ? [wholeSeconds - 1, rest + 1e9] : [wholeSeconds, rest];
}
