#!/usr/bin/env node
// Starts the command, after what must stand before the rest is loaded: the size of the thread pool
// (disk syncs run there), the time zone (Workers run in UTC, and cron expressions follow it), the cache
// of compiled code and, in a checkout, the condition that resolves workspace packages to their sources.
// That condition needs a process of its own. Runs on any Node, so that an old one gets a clear message.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `freehold needs Node 24.15 or newer; this is ${process.versions.node}.\n` +
      "Install a newer Node (https://nodejs.org) and run the command again.",
  );
  process.exit(1);
}

const THREADS = "24";
const SOURCE_CONDITION = "--conditions=freehold-source";
const source = new URL("../src/cli.ts", import.meta.url);
const built = new URL("../dist/cli.js", import.meta.url);
const fromSource = existsSync(source);

// Both are read when they are first used, which nothing has done so far.
process.env.TZ = "UTC";
process.env.UV_THREADPOOL_SIZE ??= THREADS;

if (fromSource && !process.execArgv.includes(SOURCE_CONDITION)) await startAgain();
else await run(fromSource ? source : built);

async function run(entry) {
  const { enableCompileCache } = await import("node:module");
  // Goes with this version of the package. Where it cannot be written, nothing is cached.
  enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)));
  await import(entry);
}

/** Under the condition, as the same process where that can be: then nothing has to be passed on. */
async function startAgain() {
  const args = [
    SOURCE_CONDITION,
    "--disable-warning=ExperimentalWarning",
    ...process.execArgv,
    fileURLToPath(import.meta.url),
    ...process.argv.slice(2),
  ];
  // A channel to the parent would not outlive the change.
  if (process.platform === "win32" || typeof process.execve !== "function" || process.send) {
    await runAsChild(args);
  } else {
    process.execve(process.execPath, [process.execPath, ...args], process.env);
  }
}

async function runAsChild(args) {
  const { spawn } = await import("node:child_process");
  const channel = process.send ? ["ipc"] : [];
  const stdio = ["inherit", "inherit", "inherit", ...channel];
  const child = spawn(process.execPath, args, { stdio, env: process.env });
  child.on("message", (message) => process.send?.(message));
  // A terminal sends its own signals to the child as well.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (!process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    console.error(`freehold could not start Node: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}
