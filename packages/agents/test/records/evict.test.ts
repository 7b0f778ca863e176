import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { evictDurableObject } from "../support/hosted.ts";
import { type Call, callerOf, SESSION_STEPS } from "./archive.ts";

/** The object loses its memory, or is reset, between the steps of a scenario and within them. */

let running: Behaving;

beforeEach(async () => {
  running = await behave(() => import("./worker.ts"), ["Archive"]);
});
afterEach(() => running.worker.stop());

const caller = (name: string) => callerOf(`http://${running.host}`, name);
const evict = (name: string) => evictDurableObject(running.agent("Archive", name));

/** Ends a life of the object in the middle of what it does. */
const reset = (name: string) =>
  running.inside("Archive", name, (_agent, ctx) => ctx.abort("reset")).catch(() => undefined);

/** What is stored after each step, without anything in between. */
async function statesOf(call: Call): Promise<unknown[]> {
  const states = [await call("dump")];
  for (const [method, ...args] of SESSION_STEPS) {
    await call(method, ...args);
    states.push(await call("dump"));
  }
  return states;
}

test("a session is the same whether the object was evicted between its steps or not", async () => {
  const states = await statesOf(caller("whole"));
  const call = caller("evicted");
  await call("dump");
  for (const [index, [method, ...args]] of SESSION_STEPS.entries()) {
    await evict("evicted");
    await call(method, ...args);
    await evict("evicted");
    expect(await call("dump")).toEqual(states[index + 1]);
  }
});

test("a step that the object is reset in has happened or has not", async () => {
  const states = await statesOf(caller("whole"));
  const call = caller("reset");
  for (const [index, [method, ...args]] of SESSION_STEPS.entries()) {
    const step = call(method, ...args).then(
      () => true,
      () => false,
    );
    await reset("reset");
    const acknowledged = await step;
    const found = await call("dump");
    const happened = JSON.stringify(found) === JSON.stringify(states[index + 1]);
    if (!happened) {
      expect([acknowledged, found]).toEqual([false, states[index]]);
      await call(method, ...args);
    }
    expect(await call("dump")).toEqual(states[index + 1]);
  }
});

/** Reads as an `EventSource` does: comes back behind the last event that it has. */
async function follow(name: string): Promise<{ ids: number[]; chunks: string[] }> {
  const [ids, chunks]: [number[], string[]] = [[], []];
  for (let ended = false; !ended; ) {
    const last = ids.at(-1);
    const headers = last === undefined ? {} : { "last-event-id": String(last) };
    let text = "";
    try {
      const response = await running.fetch(`/agents/archive/${name}/read`, { headers });
      for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += part;
      }
    } catch {
      // Reset: what came so far counts.
    }
    for (const [, id, data] of text.matchAll(/^id: (\d+)\ndata: (.*)\n\n/gm)) {
      ids.push(Number(id));
      chunks.push(JSON.parse(data ?? "null"));
    }
    ended = /^event: (?:done|error)$/m.test(text);
    if (!ended) await delay(10);
  }
  return { ids, chunks };
}

test("readers and the producer of a stream go on over resets, and nothing is lost or doubled", async () => {
  const call = caller("s");
  await call("open");
  const readers = [follow("s"), follow("s")];
  const written: string[] = [];
  for (let round = 0; round < 12; round++) {
    // A producer goes on at the cursor that it finds.
    const before = await call<number>("open");
    expect([before, before + 1]).toContain(written.length);
    written.length = before;
    const chunk = `${round} ${"x".repeat(round % 4 === 3 ? 100_000 : 10)}`;
    const write = call("write", chunk).catch(() => undefined);
    // Within the write, or after it.
    if (round % 3 === 2) await write;
    if (round % 3 > 0) await reset("s");
    await write;
    const cursor = await call<number>("open");
    if (cursor > before) written.push(chunk);
    if (round === 6) readers.push(follow("s"));
  }
  await call("end", "close");
  for (const { chunks, ids } of await Promise.all(readers)) {
    expect(ids).toEqual(written.map((_, index) => index));
    expect(chunks).toEqual(written);
  }
  // Of three writes one is raced by a reset, and may be lost.
  expect(written.length).toBeGreaterThanOrEqual(8);
});
