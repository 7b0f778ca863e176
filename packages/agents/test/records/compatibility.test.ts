import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleWorker, type Sdk } from "../support/bundle.ts";
import { runtimes } from "../support/runtimes.ts";
import { ARCHIVE, type Call, callerOf, objects, SESSION_STEPS } from "./archive.ts";

/** Streams, sessions and context that one SDK stored go on under the other. */

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-archive-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

type Run = (typeof runtimes)[number][1];

/** One life of the archive under one SDK. */
async function live<T>(sdk: Sdk, run: Run, body: (call: Call) => Promise<T>): Promise<T> {
  const script = await bundleWorker(ARCHIVE, sdk);
  const worker = await run({ script, objects, directory });
  try {
    return await body(callerOf(worker.url, "mine"));
  } finally {
    await worker.stop();
  }
}

const both: readonly (readonly [Sdk, Sdk])[] = [
  ["agents", "@freehold/agents"],
  ["@freehold/agents", "agents"],
];

const everywhere = runtimes.flatMap(([name, run]) =>
  both.map(([writer, reader]) => ({ writer, reader, name, run })),
);

test.each(everywhere)(
  "on $name, what $writer stored goes on under $reader",
  async (each) => {
    const { reader, run, writer } = each;
    const half = 6;
    const left = await live(writer, run, async (call) => {
      await call("open");
      await call("write", "one", "x".repeat(300_000), "é");
      for (const [method, ...args] of SESSION_STEPS.slice(0, half)) await call(method, ...args);
      await call("remember", "likes tea", "whales");
      const chunks = await call("chunks");
      const [prompt] = await call<string[]>("recall", "x");
      return { chunks, prompt, dump: await call("dump"), tables: await call("tables") };
    });
    const found = await live(reader, run, async (call) => {
      const [prompt, book] = await call<string[]>("recall", "whales");
      expect([prompt, book]).toEqual([left.prompt, "[whales]\nall about whales"]);
      expect(await call("chunks")).toEqual(left.chunks);
      expect(await call("status")).toMatchObject({
        ...{ state: "streaming", cursor: 3, tag: "t", metadata: { by: "test" } },
      });
      expect(await call("write", "by the other")).toBe(4);
      await call("finish");
      // Whoever goes on finds it all, and changes it in the same way.
      await call("remove", "reply");
      expect(await call("dump")).toEqual(left.dump);
      const dumps: unknown[] = [];
      for (const [method, ...args] of SESSION_STEPS.slice(half)) {
        await call(method, ...args);
        dumps.push(await call("dump"));
      }
      return { dumps, tables: await call("tables") };
    });
    expect(definitions(found.tables)).toEqual(definitions(left.tables));
    await rm(directory, { recursive: true, force: true });
    const alone = await live(writer, run, async (call) => {
      const dumps: unknown[] = [];
      for (const [method, ...args] of SESSION_STEPS) {
        await call(method, ...args);
        dumps.push(await call("dump"));
      }
      return dumps.slice(half);
    });
    expect(found.dumps).toEqual(alone);
  },
  120_000,
);

test("both define the tables they share alike", async () => {
  const of = async (sdk: Sdk) => {
    const tables = await live(sdk, runtimes[0]![1], async (call) => {
      await call("write", "one");
      for (const [method, ...args] of SESSION_STEPS) await call(method, ...args);
      await call("remember", "likes tea", "whales");
      return call("tables");
    });
    await rm(directory, { recursive: true, force: true });
    return definitions(tables);
  };
  const ours = await of("@freehold/agents");
  expect(ours).toEqual(await of("agents"));
  expect(ours.length).toBe(13);
});

function definitions(tables: unknown): [string, string][] {
  return (tables as { name: string; sql: string }[]).map(({ name, sql }) => [
    name,
    sql
      .replace(/IF NOT EXISTS /i, "")
      .replace(/\s+/g, " ")
      .replace(/\s*([(),])\s*/g, "$1")
      .trim(),
  ]);
}
