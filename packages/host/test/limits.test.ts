import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { createHost, type HostLimits, loadModule } from "../src/index.ts";
import { DEFAULT_LIMITS } from "../src/limits.ts";
import { TestClock } from "../src/test-clock.ts";
import { testConfig } from "./fixtures/config.ts";

const WORKER = fileURLToPath(new URL("./fixtures/limits-worker.ts", import.meta.url));

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function start(limits: Partial<HostLimits> = {}) {
  const dataDirectory = await mkdtemp(join(tmpdir(), "freehold-limits-"));
  cleanUp.push(() => rm(dataDirectory, { recursive: true, force: true }));
  const clock = new TestClock();
  const silent = () => undefined;
  const host = await createHost({
    worker: loadModule(WORKER),
    config: testConfig,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    durability: "memory",
    ...{ clock, dataDirectory, limits },
  });
  cleanUp.push(() => host.close());
  let objects = 0;
  /** Calls a method of an object that nobody else uses, or of a named one. */
  const call = async (method: string, args: readonly unknown[], name?: string) => {
    objects += 1;
    const body = JSON.stringify({ method, args });
    const url = `http://host/${name ?? `object-${objects}`}`;
    return (await host.fetch(new Request(url, { method: "POST", body }))).json();
  };
  return { clock, call };
}

/** A statement of exactly so many bytes. */
const statement = (bytes: number) => "select 1".padEnd(bytes, " ");
const parameters = (count: number) => `select coalesce(${Array(count).fill("?").join()})`;
const columns = (count: number) => `select ${Array(count).fill("1").join()}`;
const values = (count: number) => Array.from({ length: count }, () => null);

interface Edge {
  readonly limit: keyof HostLimits;
  /** The default, as Cloudflare has it. */
  readonly most: number;
  /** Another limit, and the same edge there. */
  readonly other: number;
  readonly method: string;
  readonly args: (at: number) => readonly unknown[];
  readonly error: RegExp;
  /** What the configured limit says instead. */
  readonly otherError?: RegExp;
}

const EDGES: readonly Edge[] = [
  {
    limit: "sqlBytes",
    most: 100_000,
    other: 500,
    method: "sql",
    args: (at) => [statement(at)],
    error: /^Error: statement too long: SQLITE_TOOBIG$/,
  },
  {
    limit: "sqlColumns",
    most: 100,
    other: 7,
    method: "sql",
    args: (at) => [columns(at)],
    error: /^Error: too many columns in result set: SQLITE_ERROR$/,
  },
  {
    limit: "sqlParameters",
    most: 100,
    other: 7,
    method: "sql",
    args: (at) => [parameters(at), ...values(at)],
    error: /^Error: (variable number must be|too many SQL variables).*: SQLITE_ERROR$/,
  },
  {
    limit: "tagsPerSocket",
    most: 10,
    other: 2,
    method: "tags",
    args: (at) => [at, 5],
    error: /^Error: a Hibernatable WebSocket cannot have more than 10 tags$/,
    otherError: /more than 2 tags$/,
  },
  {
    limit: "tagBytes",
    most: 256,
    other: 12,
    method: "tags",
    args: (at) => [1, at],
    error: /^Error: "t+0" is longer than the max tag length \(256 characters\)\.$/,
    otherError: /max tag length \(12 characters\)\.$/,
  },
  {
    limit: "autoResponseBytes",
    most: 2048,
    other: 20,
    method: "autoResponse",
    args: (at) => [at],
    error:
      /^RangeError: Request cannot be larger than 2048 bytes\. A request of size 2049 was provided\.$/,
    otherError: /larger than 20 bytes\. A request of size 21 was provided\.$/,
  },
  {
    limit: "socketsPerObject",
    most: 32_768,
    other: 3,
    method: "sockets",
    args: (at) => [at],
    error: /^Error: only 32768 websockets can be accepted on a single Durable Object instance$/,
    otherError: /^Error: only 3 websockets/,
  },
  {
    limit: "criticalSectionDepth",
    most: 64,
    other: 3,
    method: "nest",
    args: (at) => [at],
    error: /^Error: blockConcurrencyWhile\(\) calls are nested too deeply\.$/,
  },
  {
    limit: "facetDepth",
    most: 4,
    other: 2,
    method: "depth",
    args: (at) => [at],
    error: /^Error: Facet nesting depth limit exceeded\. .* root Durable Object is 4\.$/,
    otherError: /root Durable Object is 2\.$/,
  },
  {
    limit: "facetNameBytes",
    most: 256,
    other: 9,
    method: "facetNamed",
    args: (at) => [at],
    error: /^TypeError: Facet name is too long \(max 256 characters\)\.$/,
    otherError: /\(max 9 characters\)\.$/,
  },
];

const passes = expect.not.stringMatching(/Error/);
/** Answers that are no text. */
const value = expect.toSatisfy((answer: unknown) => typeof answer !== "string");

describe("a limit holds at its edge, by default and as configured", () => {
  test.each(EDGES)("$limit: $most", async ({ most, method, args, error }) => {
    const { call } = await start();
    expect(await call(method, args(most))).toEqual(value);
    expect(await call(method, args(most + 1))).toMatch(error);
  });

  test.each(EDGES)("$limit: $other", async ({ limit, other, method, args, error, otherError }) => {
    const { call } = await start({ [limit]: other });
    expect(await call(method, args(other))).toEqual(value);
    expect(await call(method, args(other + 1))).toMatch(otherError ?? error);
  });
});

describe("limits of size", () => {
  test("valueBytes: a row with all that belongs to it", async () => {
    const { call } = await start();
    // SQLite counts the header of the row as well.
    expect(await call("value", [2_190_000])).toBe(2_190_000);
    expect(await call("value", [2_200_000])).toBe("Error: string or blob too big: SQLITE_TOOBIG");
    const small = await start({ valueBytes: 1000 });
    expect(await small.call("value", [990])).toBe(990);
    expect(await small.call("value", [1000])).toMatch(/SQLITE_TOOBIG$/);
  });

  test("objectBytes: a full object says so, and others go on", async () => {
    const { call } = await start({ objectBytes: 200_000 });
    const answers: unknown[] = [];
    for (let round = 0; round < 12; round += 1) {
      answers.push(await call("value", [20_000], "full"));
    }
    expect(answers[0]).toBe(20_000);
    expect(answers.at(-1)).toBe("Error: database or disk is full: SQLITE_FULL");
    // What was stored before is there, and room can be made.
    const stored = answers.filter((answer) => answer === 20_000).length;
    expect(await call("sql", ["SELECT 1 FROM value"], "full")).toBe(stored);
    expect(await call("sql", ["DELETE FROM value"], "full")).toBe(0);
    expect(await call("value", [20_000], "full")).toBe(20_000);
    expect(await call("value", [20_000])).toBe(20_000);
  });

  test("attachmentBytes", async () => {
    const { call } = await start();
    // Two bytes of version, one of type, and the length in two.
    expect(await call("attachment", [16_384 - 5])).toBe(null);
    expect(await call("attachment", [16_384 - 4])).toBe(
      "Error: A WebSocket 'attachment' cannot be larger than 16384 bytes.'attachment' was 16385 bytes.",
    );
    const small = await start({ attachmentBytes: 50 });
    expect(await small.call("attachment", [50])).toMatch(/larger than 50 bytes/);
  });

  test("rpcBytes: arguments and results", async () => {
    const { call } = await start({ rpcBytes: 2 ** 20 });
    const text = /^Error: Serialized RPC arguments or return values are limited to 1MiB, but /;
    // What stands around a text: its list, its length, the header of the format.
    expect(await call("echo", [2 ** 20 - 11])).toBe(2 ** 20 - 11);
    expect(await call("echo", [2 ** 20 - 10])).toMatch(text);
    expect(await call("answer", [2 ** 20 - 6])).toEqual(passes);
    expect(await call("answer", [2 ** 20 - 5])).toMatch(text);
    const standard = await start();
    expect(await standard.call("echo", [2 ** 25 - 12])).toBe(2 ** 25 - 12);
    expect(await standard.call("echo", [2 ** 25 - 11])).toBe(
      "Error: Serialized RPC arguments or return values are limited to 32MiB, " +
        "but the size of this value was: 33554433 bytes.",
    );
  });
});

describe("limits of time", () => {
  test.each([undefined, 5000])("criticalSectionMs: %s", async (limit) => {
    const { call, clock } = await start(limit === undefined ? {} : { criticalSectionMs: limit });
    const most = limit ?? 30_000;
    const short = call("block", [most - 1]);
    await clock.advance(most);
    expect(await short).toBe("over");
    const long = call("block", [most + 1]);
    await clock.advance(most + 2);
    expect(await long).toMatch(/blockConcurrencyWhile\(\).*(too long|timed out|30 seconds)/);
  });

  test.each([undefined, 5000])("alarmMs: %s", async (limit) => {
    const { call, clock } = await start(limit === undefined ? {} : { alarmMs: limit });
    const most = limit ?? 15 * 60_000;
    await call("alarmTaking", [clock.now() + 1000, most - 1], "inside");
    await call("alarmTaking", [clock.now() + 1000, most + 1], "outside");
    await clock.advance(1000 + most);
    expect(await call("tries", [], "inside")).toEqual([[0], [0], null]);
    // It is tried again, and what was left of the first try never runs.
    await clock.advance(3000);
    expect(await call("tries", [], "outside")).toEqual([[0, 1], [1], null]);
  });

  test.each([undefined, 5000])("waitUntilMs: %s", async (limit) => {
    const { call, clock } = await start(limit === undefined ? {} : { waitUntilMs: limit });
    const most = limit ?? 15 * 60_000;
    const first = await call("keep", [2 * most + 200_000], "kept");
    await clock.advance(most - 1);
    expect(await call("keep", [0], "kept")).toBe(first);
    await clock.advance(75_000);
    expect(await call("keep", [0], "kept")).not.toBe(first);
  });

  test.each([undefined, 2])("alarmRetries: %s", async (limit) => {
    const { call, clock } = await start(limit === undefined ? {} : { alarmRetries: limit });
    await call("failAt", [clock.now() + 1000], "failing");
    await clock.advance(3_600_000);
    expect(await call("runs", [], "failing")).toEqual([(limit ?? 6) + 1, null]);
  });
});

test("all of them stand in the documentation, with their defaults", async () => {
  const text = await readFile(new URL("../../../docs/limits.md", import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line.startsWith("| "));
  const told = Object.entries(DEFAULT_LIMITS).filter(([name, most]) =>
    lines.some((line) => line.includes(`| \`${name}\` `) && line.includes(inFigures(most))),
  );
  expect(told).toEqual(Object.entries(DEFAULT_LIMITS));
  const named = lines.flatMap((line) => /^\|[^|]*\|[^|]*\| `(\w+)` *\|/.exec(line)?.[1] ?? []);
  expect(named.filter((name) => !Object.hasOwn(DEFAULT_LIMITS, name))).toEqual([]);
});

function inFigures(value: number): string {
  return value.toLocaleString("en");
}

test.each([
  [{ bodyBytes: 0 }, "bodyBytes"],
  [{ bodyBytes: 1.5 }, "bodyBytes"],
  [{ headers: Number.NaN }, "headers"],
  [{ sqlParameters: 40_000 }, "sqlParameters"],
  [{ alarmRetries: "6" }, "alarmRetries"],
  [{ toString: 1 }, "toString"],
  [{ unknown: 1 }, "unknown"],
])("refuses %o, and says what can be", async (limits, name) => {
  await expect(start(limits as Partial<HostLimits>)).rejects.toMatchObject({
    code: "LIMIT_INVALID",
    message: expect.stringContaining(`limits.${name}`),
    help: expect.stringMatching(/^Set it to a whole number from 1 to \d+\.$|^The limits are /),
  });
});
