import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { UIMessage } from "ai";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleWorker, type Sdk } from "./support/bundle.ts";
import { ChatTab, textOf, user } from "./support/chat.ts";
import { localPath } from "./support/path.ts";
import { runOnWorkerd } from "./support/workerd.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-scribe-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

/** One life of the scribe under one SDK: what was stored before it, then one question. */
async function live(sdk: Sdk, id: string, text: string) {
  const script = await bundleWorker(localPath("../fixtures/scribe.ts"), sdk);
  const worker = await runOnWorkerd({ script, objects: { Scribe: "Scribe" }, directory });
  try {
    const url = `${worker.url}/agents/scribe/mine`;
    const stored = async () => (await (await fetch(`${url}/get-messages`)).json()) as UIMessage[];
    const before = await stored();
    const tab = await ChatTab.open(url.replace("http", "ws"));
    tab.ask(id, [...before, user(`u-${id}`, text)]);
    await tab.done(id);
    const rows = (await tab.call("rows")) as Record<string, unknown>[];
    return { before, after: await stored(), rows };
  } finally {
    await worker.stop();
  }
}

const both: readonly (readonly [Sdk, Sdk])[] = [
  ["agents", "@freehold/agents"],
  ["@freehold/agents", "agents"],
];

test.each(both)("a conversation with %s goes on with %s", async (first, second) => {
  const one = await live(first, "r1", "hello there");
  const two = await live(second, "r2", "and again");
  expect(two.before).toEqual(one.after);
  expect(two.after.slice(0, 2)).toEqual(one.after);
  expect(two.after.map(textOf)).toEqual(["hello there", "hello there", "and again", "and again"]);
  expect(two.rows.slice(0, 2)).toEqual(one.rows);
  const ids = two.rows.map((row) => row.id);
  expect(two.rows.map((row) => row.parent_id)).toEqual([null, ...ids.slice(0, 3)]);
});

/** One life of the steward under one SDK. */
async function serve<T>(sdk: Sdk, body: (url: string) => Promise<T>): Promise<T> {
  const script = await bundleWorker(localPath("../fixtures/steward.ts"), sdk);
  const worker = await runOnWorkerd({ script, objects: { Steward: "Steward" }, directory });
  try {
    return await body(`${worker.url}/agents/steward/mine`);
  } finally {
    await worker.stop();
  }
}

const tabOf = (url: string) => ChatTab.open(url.replace("http", "ws"));

test.each(both)(
  "an answer that was cut off under %s goes on under %s, once",
  async (...sdks) => {
    const [first, second] = sdks;
    await serve(first, async (url) => {
      const tab = await tabOf(url);
      await tab.call("setUp", { answers: ["upon a time"], stuck: "once, far away and long ago, " });
      tab.ask("r1", [user("u1", "tell me")]);
      await tab.said("once, far away and long ago, ");
    });
    await serve(second, async (url) => {
      const tab = await tabOf(url);
      const texts = async () =>
        ((await (await fetch(`${url}/get-messages`)).json()) as UIMessage[]).map(textOf);
      for (let look = 0; look < 200 && !(await texts()).at(-1)?.endsWith("upon a time"); look++) {
        await delay(50);
      }
      const [question, answer, ...others] = await texts();
      expect([question, others]).toEqual(["tell me", []]);
      // The published package loses the last chunks before a crash.
      expect(answer).toMatch(/^once, far away and .*upon a time$/);
      expect(await tab.call("stable", 10_000)).toBe(true);
      const told = (await tab.call("log", "told")) as { status: string }[];
      expect(told.map(({ status }) => status)).toEqual(["completed"]);
      for (let look = 0; look < 100 && ((await tab.call("left")) as []).length > 0; look++) {
        await delay(50);
      }
      expect(await tab.call("left")).toEqual([]);
    });
  },
  60_000,
);
