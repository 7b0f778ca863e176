import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { bundleWorker } from "../support/bundle.ts";
import { runOnFreehold } from "../support/freehold.ts";
import { ARCHIVE, type Call, callerOf, objects, SESSION_STEPS } from "./archive.ts";

/**
 * The process is killed at statements all over a scenario: the next life finds everything that was
 * acknowledged or seen, whole, and goes on. Each life looks at what the one before left, then runs into
 * its own end with an agent of its own.
 */

let script: string;
let directory: string;

beforeAll(async () => {
  script = await bundleWorker(ARCHIVE);
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "freehold-crash-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

interface Attempt<Left> {
  /** Whether the scenario came to its end alive. */
  readonly ended: boolean;
  readonly left: Left;
}

const MANY = 1_000_000;
/** Kills a scenario by default: spread evenly over its statements. `CRASH_EVERY=1` kills at each. */
const KILLS = 8;

/** Kills a scenario at its statements; the scenario is run whole first, to know how many it has. */
async function killAtSteps<Left>(
  scenario: (url: string, name: string) => Promise<Attempt<Left>>,
  check: (call: Call, attempt: Attempt<Left>) => Promise<void>,
): Promise<void> {
  const whole = await runOnFreehold({ script, objects, directory });
  const first = callerOf(whole.url, "whole");
  await first("arm", MANY);
  const attempt = await scenario(whole.url, "whole");
  const statements = MANY - (await first<number>("left"));
  expect(attempt.ended).toBe(true);
  await check(first, attempt);
  await whole.stop();
  const every = Number(process.env.CRASH_EVERY ?? Math.max(1, Math.floor(statements / KILLS)));
  let before: { readonly name: string; readonly attempt: Attempt<Left> } | undefined;
  for (let step = 1; step < statements + every; step += every) {
    const worker = await runOnFreehold({ script, objects, directory });
    try {
      if (before) await check(callerOf(worker.url, before.name), before.attempt);
      before = undefined;
      if (step > statements) break;
      const name = `killed-${step}`;
      await callerOf(worker.url, name)("arm", step);
      before = { name, attempt: await scenario(worker.url, name) };
      expect([step, before.attempt.ended]).toEqual([step, false]);
    } finally {
      await worker.stop();
    }
  }
}

/** Follows a stream from its beginning; gives what was seen before the connection ended. */
async function follow(url: string, name: string): Promise<string[]> {
  let text = "";
  try {
    const response = await fetch(`${url}/agents/archive/${name}/read`);
    if (!response.ok) return [];
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? [])
      text += part;
  } catch {
    // The process is gone.
  }
  return [...text.matchAll(/^id: \d+\ndata: "(.*)"$/gm)].map(([, chunk]) => chunk ?? "");
}

const CHUNKS = ["one", "two", "x".repeat(270_000), "four"];

test("streams lose no chunk that was acknowledged or seen, and become a message once", async () => {
  await killAtSteps(
    async (url, name) => {
      const call = callerOf(url, name);
      let acknowledged = -1;
      let seen: Promise<string[]> = Promise.resolve([]);
      try {
        await call("open");
        acknowledged = 0;
        seen = follow(url, name);
        for (const chunk of CHUNKS) acknowledged = await call<number>("write", chunk);
        await call("finish");
        return { ended: true, left: { acknowledged, seen: await seen } };
      } catch {
        return { ended: false, left: { acknowledged, seen: await seen } };
      }
    },
    async (call, { ended, left: { acknowledged, seen } }) => {
      const { history } = await call<{ history: { id: string }[] }>("dump");
      expect(seen).toEqual(CHUNKS.slice(0, seen.length));
      if (history.length === 0) {
        expect(ended).toBe(false);
        const chunks = await call<string[]>("chunks");
        expect(chunks).toEqual(CHUNKS.slice(0, chunks.length));
        expect(chunks.length).toBeGreaterThanOrEqual(Math.max(acknowledged, seen.length));
        expect(chunks.length).toBeLessThanOrEqual(Math.max(acknowledged, 0) + 1);
        // The producer goes on where the log ends.
        await call("open");
        for (const chunk of CHUNKS.slice(chunks.length)) await call("write", chunk);
        await call("finish");
      }
      const after = await call<{ history: unknown[] }>("dump");
      expect(after.history).toEqual([
        { id: "reply", role: "assistant", parts: [{ type: "text", text: CHUNKS.join("|") }] },
      ]);
      expect(await call("status")).toMatchObject({
        timed: ["undefined", "undefined", "undefined"],
      });
    },
  );
}, 1_200_000);

test("sessions are as before a write or as after it, and lose none that was acknowledged", async () => {
  const states: unknown[] = [];
  {
    const worker = await runOnFreehold({ script, objects, directory });
    const call = callerOf(worker.url, "whole");
    states.push(await call("dump"));
    for (const [method, ...args] of SESSION_STEPS) {
      await call(method, ...args);
      states.push(await call("dump"));
    }
    await worker.stop();
  }
  await killAtSteps(
    async (url, name) => {
      const call = callerOf(url, name);
      let done = 0;
      try {
        for (const [method, ...args] of SESSION_STEPS) {
          await call(method, ...args);
          done++;
        }
        return { ended: true, left: done };
      } catch {
        return { ended: false, left: done };
      }
    },
    async (call, { ended, left: done }) => {
      const found = await call("dump");
      const before = JSON.stringify(states[done]) === JSON.stringify(found);
      if (!before) expect(found).toEqual(states[done + 1]);
      expect(ended).toBe(done === SESSION_STEPS.length);
      const rest = SESSION_STEPS.slice(before ? done : done + 1);
      for (const [method, ...args] of rest) await call(method, ...args);
      expect(await call("dump")).toEqual(states.at(-1));
    },
  );
}, 1_200_000);
