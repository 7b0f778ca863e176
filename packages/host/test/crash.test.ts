import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { compiledProgram } from "../../../scripts/testing/installed.ts";
import type { Account } from "./crash/ledger.ts";
import { LEDGERS, Load, REMINDERS } from "./crash/load.ts";
import { Promises } from "./crash/promises.ts";
import { SeededRandom } from "./crash/random.ts";

/** All rounds in CI, a few otherwise. */
const ROUNDS = Number(process.env.FREEHOLD_CRASH_ROUNDS ?? (process.env.CI ? 100 : 10));
/** On a slow machine there are fewer of them. */
const BUDGET_MS = 240_000;
const SEED = Number(process.env.FREEHOLD_CRASH_SEED ?? Math.floor(Math.random() * 2 ** 32));
const SERVE = await compiledProgram(fileURLToPath(new URL("./crash/serve.ts", import.meta.url)));

const scratch = mkdtempSync(join(tmpdir(), "freehold-kill-"));
const data = join(scratch, "data");
const promises = new Promises();
const random = new SeededRandom(SEED);
let child: ChildProcess | undefined;

beforeAll(() => () => child?.kill("SIGKILL"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Starts the host. */
function launch(): ChildProcess & { readonly stdout: NodeJS.ReadableStream } {
  const started = spawn(process.execPath, [SERVE, data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  return started;
}

async function start(): Promise<{ readonly host: ChildProcess; readonly url: string }> {
  const host = launch();
  const [line] = await Promise.race([
    once(host.stdout, "data"),
    once(host, "exit").then(([code]) => {
      throw new Error(`the host ended with ${code} while starting`);
    }),
  ]);
  return { host, url: String(line).trim() };
}

async function kill(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return;
  const gone = once(host, "exit");
  host.kill("SIGKILL");
  await gone;
}

async function account(url: string, ledger: string, since: number): Promise<Account> {
  const response = await fetch(`${url}/account?ledger=${ledger}&since=${since}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Account;
}

async function checkAll(url: string): Promise<void> {
  await Promise.all(
    [...LEDGERS, ...REMINDERS].map(async (ledger) =>
      promises.check(ledger, await account(url, ledger, promises.since(ledger))),
    ),
  );
}

function databases(): string[] {
  const files = readdirSync(data, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".sqlite")).map((file) => join(data, file));
}

/** Looks at a copy, so that the host finds its files as it left them. */
function checkIntegrity(file: string): void {
  const copy = join(scratch, basename(file));
  for (const end of ["", "-wal"]) {
    rmSync(`${copy}${end}`, { force: true });
    if (existsSync(`${file}${end}`)) cpSync(`${file}${end}`, `${copy}${end}`);
  }
  const database = new DatabaseSync(copy);
  const verdicts = database.prepare("PRAGMA integrity_check").all();
  database.close();
  expect(verdicts, file).toEqual([{ integrity_check: "ok" }]);
}

/** Waits for so many answers, or so long. */
async function work(url: string, round: number, answers: number, ms: number): Promise<Load> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = answers;
  const onAnswer = () => {
    left -= 1;
    if (left === 0) resolve();
  };
  const load = new Load({ url, round, random, promises, onAnswer });
  const timer = setTimeout(resolve, ms);
  await promise;
  clearTimeout(timer);
  return load;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function runRound(round: number): Promise<void> {
  const kind = random.fraction();
  if (kind < 0.1) {
    // While it starts, and reads again what was in motion.
    const host = launch();
    await pause(random.between(20, 300));
    await kill(host);
    return;
  }
  const { host, url } = await start();
  await checkAll(url);
  const load = await work(url, round, random.between(1, 300), random.between(30, 400));
  if (kind < 0.2) {
    // While it ends in good order.
    host.kill("SIGTERM");
    await pause(random.between(0, 60));
  }
  await kill(host);
  await load.stop();
  const files = databases();
  for (const file of [join(data, "host.sqlite"), files[random.between(0, files.length - 1)]]) {
    checkIntegrity(file as string);
  }
}

test(`up to ${ROUNDS} kills during writes, alarms and sockets lose nothing (FREEHOLD_CRASH_SEED=${SEED})`, async () => {
  const end = performance.now() + BUDGET_MS;
  for (let round = 1; round <= ROUNDS && performance.now() < end; round += 1) {
    try {
      await runRound(round);
    } catch (cause) {
      throw new Error(`Round ${round} of FREEHOLD_CRASH_SEED=${SEED} failed: ${cause}`, { cause });
    }
  }
  const { host, url } = await start();
  await checkAll(url);
  await vi.waitFor(
    async () => {
      for (const ledger of REMINDERS) promises.checkEnd(ledger, await account(url, ledger, 0));
    },
    { timeout: 30_000, interval: 100 },
  );
  const ended = once(host, "exit");
  host.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  for (const file of databases()) checkIntegrity(file);
}, 1_200_000);

const held: Account = {
  entries: { a: { count: 5, last: 5 } },
  counted: 5,
  alarm: null,
  fired: [{ scheduled: 1000, at: 1003 }],
};

test.each<[string, Partial<Account>]>([
  ["an entry lost at the end", { entries: { a: { count: 4, last: 4 } }, counted: 4 }],
  ["an entry lost in between", { entries: { a: { count: 4, last: 5 } }, counted: 4 }],
  ["a client lost", { entries: {}, counted: 0 }],
  ["an entry that nobody sent", { entries: { a: { count: 7, last: 7 } }, counted: 7 }],
  ["half of a turn", { counted: 4 }],
  ["an alarm lost", { fired: [] }],
  ["an alarm that ran too early", { fired: [{ scheduled: 1000, at: 999 }] }],
  ["an alarm that ran twice", { fired: [...held.fired, ...held.fired] }],
  ["an alarm that nobody set", { fired: [...held.fired, { scheduled: 5, at: 6 }] }],
  ["an alarm that never runs", { alarm: 1000, fired: [] }],
])("the checks find out %s", (_what, wrong) => {
  const told = new Promises();
  told.written("l", "a", 5);
  told.asks("l", 1000);
  told.set("l", 1000);
  told.checkEnd("l", held);
  expect(() => told.checkEnd("l", { ...held, ...wrong })).toThrow();
});
