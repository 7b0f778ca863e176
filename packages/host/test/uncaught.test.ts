import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";

const SERVE = fileURLToPath(new URL("./fixtures/serve.ts", import.meta.url));
const WORKER = fileURLToPath(new URL("./fixtures/uncaught-worker.ts", import.meta.url));

const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Line {
  readonly object?: string;
  /** With its stack. */
  readonly error?: string;
}

/** A host in a process of its own, and what it logs. */
async function start() {
  const directory = await mkdtemp(join(tmpdir(), "freehold-uncaught-"));
  cleanUp.push(() => rm(directory, { recursive: true, force: true }));
  const child = spawn(
    process.execPath,
    ["--conditions=freehold-source", SERVE, directory, WORKER],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  cleanUp.push(() => child.kill("SIGKILL"));
  const lines: string[] = [];
  createInterface(child.stderr).on("line", (line) => lines.push(line));
  const [address] = await once(child.stdout, "data");
  const url = String(address).trim();
  const json = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
  return { child, lines, json };
}

/** The messages that were logged, with the object each is attributed to. */
function logged(lines: readonly string[]): string[] {
  return lines
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Line)
    .map(({ object, error }) => {
      const [message] = (error ?? "").replace("Error: ", "").split("\n");
      return `${object ?? "nobody"} ${message}`;
    })
    .sort();
}

test("whatever nobody catches is logged under the name of its object, and survived", async () => {
  const { child, lines, json } = await start();
  const ways = (await json("/ways")) as string[];
  const number = await json("/");
  expect(await json("/event")).toBe(number);
  expect(await json("/object")).toBe(number);
  const expected = [
    ...ways.map((way) => `nobody module: ${way}`),
    ...ways.map((way) => `nobody event: ${way}`),
    ...ways.map((way) => `Room/a object: ${way}`),
  ].sort();
  await vi.waitFor(() => expect(logged(lines)).toEqual(expected));
  expect(await json("/")).toBe(number);
  expect(child.exitCode).toBe(null);
});
