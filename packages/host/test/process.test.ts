import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocket as Client } from "ws";

const SERVE = fileURLToPath(new URL("./fixtures/serve.ts", import.meta.url));
const WORKER = fileURLToPath(new URL("./fixtures/worker.ts", import.meta.url));

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-process-"));
  cleanUp.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function startProcess(dataDirectory: string) {
  const child = spawn(
    process.execPath,
    ["--conditions=freehold-source", SERVE, dataDirectory, WORKER],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  cleanUp.push(() => end(child, "SIGKILL"));
  const [line] = await once(child.stdout, "data");
  const url = String(line).trim();
  return { child, url, port: Number(new URL(url).port) };
}

/** Ends a process; resolves with its exit code and signal. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown[]> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return [child.exitCode, child.signalCode];
  }
  const exited = once(child, "exit");
  child.kill(signal);
  return exited;
}

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

test("every answered write and alarm survives kill -9", async () => {
  const dataDirectory = await temporaryDirectory();
  const first = await startProcess(dataDirectory);
  let answered = 0;
  await fetch(`${first.url}/remind/bell?in=1500`);
  const writes = (async () => {
    for (;;) answered = (await json(`${first.url}/increment/counter`)) as number;
  })().catch(() => undefined);
  await vi.waitFor(() => expect(answered).toBeGreaterThan(50));
  expect(await end(first.child, "SIGKILL")).toEqual([null, "SIGKILL"]);
  await writes;

  const second = await startProcess(dataDirectory);
  const kept = (await json(`${second.url}/increment/counter?by=0`)) as number;
  // One more may have been written whose answer did not arrive.
  expect([answered, answered + 1]).toContain(kept);
  await vi.waitFor(async () =>
    expect(await json(`${second.url}/reminders/bell`)).toEqual(["alarm of bell"]),
  );
});

test("SIGTERM answers what runs, closes sockets with 1001 and exits with 0", async () => {
  const dataDirectory = await temporaryDirectory();
  const { child, url, port } = await startProcess(dataDirectory);
  expect(await json(`${url}/increment/a`)).toBe(1);
  const client = new Client(`ws://127.0.0.1:${port}/room/a`);
  await once(client, "open");
  const closed = once(client, "close");
  expect(await end(child, "SIGTERM")).toEqual([0, null]);
  expect((await closed)[0]).toBe(1001);
  const again = await startProcess(dataDirectory);
  expect(await json(`${again.url}/increment/a`)).toBe(2);
});

test("two hosts never share a data directory", async () => {
  const dataDirectory = await temporaryDirectory();
  await startProcess(dataDirectory);
  const second = spawn(
    process.execPath,
    ["--conditions=freehold-source", SERVE, dataDirectory, WORKER],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  cleanUp.push(() => end(second, "SIGKILL"));
  let text = "";
  second.stderr.on("data", (chunk) => {
    text += chunk;
  });
  expect((await once(second, "exit"))[0]).toBe(1);
  expect(text).toContain("DATA_DIRECTORY_IN_USE");
});
