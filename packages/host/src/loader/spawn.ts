import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { readablePlaces } from "./readable.ts";
import { CELL_ARGUMENT } from "./wire.ts";

/** Packages whose code the process of a loaded Worker runs besides the host's own. */
const PACKAGES = ["ws", "eventsource", "eventsource-parser", "html-rewriter-wasm"];

const HEAP_MIB = 128;

/** Memory that a loaded Worker may take, the process's own share included, in bytes. */
export const MAX_RESIDENT_BYTES = (HEAP_MIB + 192) * 1024 * 1024;

/**
 * Starts the process of a loaded Worker: without environment, and with Node's permissions, which let
 * it read this package's own code and nothing else; no files, processes, threads, add-ons, inspector.
 */
export function spawnCell(): ChildProcess {
  const { entry, readable } = sources();
  const node = [
    "--permission",
    ...readable.map((path) => `--allow-fs-read=${path}`),
    "--experimental-vm-modules",
    "--no-warnings",
    "--no-addons",
    `--max-old-space-size=${HEAP_MIB}`,
  ];
  // Loaded here: most hosts never start a process.
  const { spawn } = process.getBuiltinModule("node:child_process");
  return spawn(process.execPath, [...node, entry, CELL_ARGUMENT], {
    // The last one is for what the process asks and waits for: see `sync-channel.ts`.
    stdio: ["ignore", "ignore", "ignore", "ipc", "pipe"],
    serialization: "advanced",
    env: {},
    cwd: parse(entry).root,
    windowsHide: true,
  });
}

let found: { readonly entry: string; readonly readable: readonly string[] } | undefined;

/** Where the code of the process is, and what it has to read for it. */
function sources(): { readonly entry: string; readonly readable: readonly string[] } {
  found ??= findSources();
  return found;
}

function findSources(): { readonly entry: string; readonly readable: readonly string[] } {
  const here = import.meta.url;
  const isSource = here.endsWith(".ts");
  const entry = isSource ? "./cell/main.ts" : "./loader/cell/main.js";
  const manifest = packageFile("..") ?? fileURLToPath(here);
  const root = dirname(manifest);
  const folders = PACKAGES.flatMap((name) => {
    const file = packageFile(name);
    return file === undefined ? [] : readablePlaces(file);
  });
  return {
    entry: fileURLToPath(new URL(entry, here)),
    readable: [join(root, isSource ? "src" : "dist", "*"), manifest, ...folders],
  };
}

function packageFile(specifier: string): string | undefined {
  try {
    return findPackageJSON(specifier, import.meta.url);
  } catch {
    return undefined;
  }
}

/** What a process has used so far. */
export interface Usage {
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** Of CPU time in Linux's tables: a hundredth of a second on every machine that Node runs on. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;

/** `undefined` where the system does not tell. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuMs: ticks * TICK_MS, residentBytes: Number(fields[21]) * PAGE_BYTES };
  } catch {
    return undefined;
  }
}
