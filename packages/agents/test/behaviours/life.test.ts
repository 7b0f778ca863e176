import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock, evictDurableObject } from "../support/hosted.ts";
import { told } from "./workers/told.ts";

/** Hibernation, keep-alive and calls: the behaviours easily got wrong, by their numbers. */

let running: Behaving;

beforeEach(async () => {
  told.length = 0;
  running = await behave(() => import("./workers/life.ts"), ["Sleeper", "Heir"]);
});
afterEach(() => running.worker.stop());

interface Sleeper {
  set(count: number): Promise<void>;
  plan(): Promise<void>;
  hold(): Promise<void>;
  release(twice: boolean): Promise<number>;
  during(fail: boolean): Promise<number>;
  alarmIn(): Promise<number | null>;
  listed(): Promise<number>;
  callables(): Promise<unknown[]>;
}
const sleeper = () => running.agent<Sleeper>("Sleeper", "a");

test("18. a wake loses memory and nothing else: the same socket goes on", async () => {
  const socket = await running.connect("sleeper/a?_pk=me&readonly");
  const quiet = await running.connect("sleeper/a?_pk=quiet&quiet");
  await socket.take(3);
  await sleeper().set(7);
  expect(await socket.take(1)).toMatchObject([{ state: { count: 7 } }]);
  await socket.call("plan");
  expect(await socket.call("use", "kept")).toMatchObject([{ result: { before: "fresh" } }]);
  await evictDurableObject(sleeper());
  expect(await socket.call("use", "again")).toMatchObject([
    {
      result: {
        before: "fresh",
        seen: { note: "kept" },
        tags: ["me", "red"],
        uri: expect.stringContaining("/agents/sleeper/a?_pk=me&readonly"),
      },
    },
  ]);
  expect(await socket.call("set", 1)).toMatchObject([{ error: "Connection is readonly" }]);
  await sleeper().set(8);
  expect(await socket.take(1)).toMatchObject([{ state: { count: 8 } }]);
  // No state frame came before this answer.
  quiet.send(JSON.stringify({ type: "rpc", id: "1", method: "nil", args: [] }));
  expect(await quiet.take(1)).toMatchObject([{ type: "rpc", result: null }]);
  await evictDurableObject(sleeper());
  await clock.advance("31s");
  await vi.waitFor(() => expect(told).toEqual([["fired", 8]]));
});

test("19. an eviction keeps sockets, or closes them when it is told to", async () => {
  const socket = await running.connect("sleeper/a?_pk=me");
  await socket.take(3);
  await evictDurableObject(sleeper());
  expect(await socket.call("nil")).toMatchObject([{ success: true }]);
  await evictDurableObject(sleeper(), { webSockets: "close" });
  expect((await socket.closed).type).toBe("close");
});

test("20. keep-alive caps the next alarm, counts its holders, and is no schedule", async () => {
  await sleeper().hold();
  await sleeper().hold();
  expect(await sleeper().alarmIn()).toBe(10_000);
  expect(await sleeper().listed()).toBe(0);
  expect(await sleeper().release(true)).toBe(1);
  expect(await sleeper().alarmIn()).toBe(10_000);
  expect(await sleeper().release(true)).toBe(0);
  expect(await sleeper().release(true)).toBe(0);
  expect(await sleeper().alarmIn()).toBeNull();
});

test("20. the last holder gives the alarm back to the next schedule", async () => {
  await sleeper().plan();
  await sleeper().hold();
  expect(await sleeper().alarmIn()).toBe(10_000);
  await sleeper().release(false);
  expect(await sleeper().alarmIn()).toBe(30_000);
});

test.each([false, true])("20. work that holds it lets go, also when it fails: %j", async (fail) => {
  expect(await sleeper().during(fail)).toBe(0);
  expect(told).toEqual([["refs", 1], ...(fail ? ["during"] : [])]);
  expect(await sleeper().alarmIn()).toBeNull();
});

test("21. only what is marked can be called; missing and hidden are told apart", async () => {
  const socket = await running.connect("sleeper/a?quiet");
  expect(await socket.call("absent")).toMatchObject([
    { success: false, error: "Method absent does not exist" },
  ]);
  for (const name of ["secret", "setState", "fetch", "constructor", "toString"]) {
    const [answer] = await socket.call(name);
    expect(answer).toMatchObject({ success: false });
    expect(answer?.error).toMatch(/does not exist|is not callable/);
  }
  expect(await socket.call("secret")).toMatchObject([{ error: "Method secret is not callable" }]);
  expect(await socket.call("nothing")).toEqual([{ done: true, success: true }]);
  expect(await socket.call("nil")).toEqual([{ done: true, success: true, result: null }]);
  expect(await socket.call("fail")).toMatchObject([{ success: false, error: "wrong" }]);
});

test("21. callable methods of parents count, with their descriptions", async () => {
  const all = await running.agent<Sleeper>("Heir", "a").callables();
  expect(all).toEqual(
    expect.arrayContaining([
      ["own", undefined],
      ["fail", "fails"],
    ]),
  );
  const socket = await running.connect("heir/a?quiet");
  expect(await socket.call("own")).toMatchObject([{ result: "own" }]);
  expect(await socket.call("nil")).toMatchObject([{ success: true }]);
});

test.each([
  [
    "end",
    [
      { done: false, result: 1 },
      { done: false, result: 2 },
      { done: true, result: "whole" },
    ],
  ],
  ["error", [{ result: 1 }, { result: 2 }, { success: false, error: "broken" }]],
  ["throw", [{ success: false, error: "at once" }]],
])("22. a stream that has had its %s says nothing more", async (mode, expected) => {
  const socket = await running.connect("sleeper/a?quiet");
  expect(await socket.call("stream", mode)).toMatchObject(expected);
  expect(told).toEqual(mode === "throw" ? [] : [[false, false, false, true]]);
  expect(await socket.call("nil")).toMatchObject([{ success: true }]);
});
