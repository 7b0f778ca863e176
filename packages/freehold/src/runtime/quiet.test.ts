import { TestClock } from "@freehold/host/testing";
import { expect, test } from "vitest";
import { giveMemoryBackWhenQuiet, growingPercent } from "./quiet.ts";

const MIB = 1024 * 1024;

function watch() {
  const clock = new TestClock();
  const began = clock.now();
  const told: boolean[] = [];
  const growth: number[] = [];
  let share = 0;
  let busyMs = 0;
  let looked = clock.now();
  let collections = 0;
  let heapBytes = 40 * MIB;
  let collected: ((tookMs: number) => void) | undefined;
  const end = giveMemoryBackWhenQuiet({
    clock,
    eventLoop() {
      busyMs += (clock.now() - looked) * share;
      looked = clock.now();
      return { busyMs, idleMs: looked - began - busyMs };
    },
    onCollection(listener) {
      collected = listener;
      return () => {
        collected = undefined;
      };
    },
    heapBytes: () => heapBytes,
    collect: () => collections++,
    favourMemory: (wanted) => told.push(wanted),
    allowGrowth: (percent) => growth.push(percent),
  });
  const pass = async (seconds: number, busy: number) => {
    share = busy;
    await clock.advance(seconds * 1000);
  };
  const collect = (tookMs: number, bytes = heapBytes) => {
    heapBytes = bytes;
    collected?.(tookMs);
  };
  return { told, growth, pass, collect, end, collections: () => collections };
}

test("memory is favoured after some quiet seconds, and no longer after some busy ones", async () => {
  const { told, pass } = watch();
  await pass(2, 0.01);
  expect(told).toEqual([]);
  await pass(10, 0.01);
  expect(told).toEqual([true]);
  await pass(2, 0.4);
  await pass(1, 0);
  await pass(2, 0.4);
  expect(told).toEqual([true]);
  await pass(1, 0.4);
  expect(told).toEqual([true, false]);
});

test("a second of work begins the wait anew", async () => {
  const { told, pass } = watch();
  for (let round = 0; round < 5; round++) {
    await pass(2, 0);
    await pass(1, 0.3);
  }
  expect(told).toEqual([]);
});

test("the first collection that finds the event loop busy ends the quiet time", async () => {
  const { told, pass, collect } = watch();
  await pass(3, 0);
  await pass(0.2, 1);
  collect(20);
  expect(told).toEqual([true]);
  await pass(0.2, 1);
  collect(20);
  expect(told).toEqual([true, false]);
});

test("a collection that is all there was to do does not", async () => {
  const { told, pass, collect } = watch();
  await pass(3, 0);
  await pass(0.4, 0.6);
  collect(150);
  expect(told).toEqual([true]);
});

test("everything is collected again when objects have fallen asleep", async () => {
  const { pass, collections } = watch();
  await pass(3 + 11, 0);
  expect(collections()).toBe(0);
  await pass(1, 0);
  expect(collections()).toBe(1);
  await pass(60, 0);
  expect(collections()).toBe(2);
  await pass(600, 0);
  expect(collections()).toBe(4);
  await pass(10, 1);
  await pass(20, 0);
  expect(collections()).toBe(6);
});

test("a small heap may grow by a fixed room, a large one by half", () => {
  expect(growingPercent(32 * MIB)).toBe(200);
  expect(growingPercent(1024 * MIB)).toBe(50);
  expect(growingPercent(MIB)).toBe(400);
});

test("the room follows the heap, and is small in a quiet time", async () => {
  const { growth, pass, collect } = watch();
  expect(growth).toEqual([160]);
  collect(5, 64 * MIB);
  await pass(3, 0);
  collect(5, 32 * MIB);
  await pass(0.4, 1);
  collect(5, 32 * MIB);
  expect(growth).toEqual([160, 100, 50, 200]);
});

test("the end leaves V8 as it was", async () => {
  const { told, growth, pass, collect, end } = watch();
  await pass(5, 0);
  end();
  const before = growth.length;
  await pass(5, 0.9);
  collect(5);
  expect(told).toEqual([true, false]);
  expect(growth).toHaveLength(before);
});
