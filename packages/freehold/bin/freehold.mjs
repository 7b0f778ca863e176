#!/usr/bin/env node
// Starts the command anew, because some things must stand before Node does: the size of the thread
// pool (disk syncs run there), the time zone (Workers run in UTC, and cron expressions follow it)
// and, in a checkout, the condition that resolves workspace packages to their sources. Runs on any
// Node, so that an old one gets a clear message.
import { spawn } from "node:child_process";
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
const source = fileURLToPath(new URL("../src/cli.ts", import.meta.url));
const built = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const fromSource = existsSync(source);
const env = {
  ...process.env,
  TZ: "UTC",
  UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? THREADS,
};
const args = [
  ...(fromSource ? ["--conditions=freehold-source"] : []),
  "--disable-warning=ExperimentalWarning",
  ...process.execArgv,
  fromSource ? source : built,
  ...process.argv.slice(2),
];

// A channel to the parent would not outlive the change.
if (process.platform === "win32" || typeof process.execve !== "function" || process.send) {
  runAsChild();
} else {
  // The same process goes on under the new settings: signals and exit codes need no relay.
  process.execve(process.execPath, [process.execPath, ...args], env);
}

function runAsChild() {
  const channel = process.send ? ["ipc"] : [];
  const stdio = ["inherit", "inherit", "inherit", ...channel];
  const child = spawn(process.execPath, args, { stdio, env });
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
