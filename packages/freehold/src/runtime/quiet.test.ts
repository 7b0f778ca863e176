import { TestClock } from "@freehold/host/testing";
import { expect, test } from "vitest";
import { giveMemoryBackWhenQuiet } from "./quiet.ts";

function watch() {
  const clock = new TestClock();
  const told: boolean[] = [];
  let busy = 0;
  const end = giveMemoryBackWhenQuiet({
    clock,
    utilization: () => busy,
    favourMemory: (wanted) => told.push(wanted),
  });
  const pass = async (seconds: number, share: number) => {
    busy = share;
    await clock.advance(seconds * 1000);
  };
  return { told, pass, end };
}

test("memory is favoured after some quiet seconds, and no longer after some busy ones", async () => {
  const { told, pass } = watch();
  await pass(2, 0.01);
  expect(told).toEqual([]);
  await pass(10, 0.01);
  expect(told).toEqual([true]);
  await pass(2, 0.5);
  await pass(1, 0);
  await pass(2, 0.5);
  expect(told).toEqual([true]);
  await pass(1, 0.5);
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

test("the end leaves V8 as it was", async () => {
  const { told, pass, end } = watch();
  await pass(5, 0);
  end();
  await pass(5, 0.9);
  expect(told).toEqual([true, false]);
});
