import { expect, test } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import type { LifecycleJob } from "./job.ts";
import { HungWatch } from "./watch.ts";

function setUp() {
  const clock = new TestClock();
  const told: unknown[] = [];
  let timers = 0;
  const counted = {
    now: () => clock.now(),
    sleep: (milliseconds: number) => clock.sleep(milliseconds),
    after(milliseconds: number, run: () => void) {
      timers += 1;
      return clock.after(milliseconds, run);
    },
  };
  const watch = new HungWatch(counted, ({ id }, seconds) => told.push([id, seconds]));
  const begin = (id: string, seconds = 30) => watch.begin({ id } as LifecycleJob, seconds);
  return { clock, watch, begin, told, timers: () => timers };
}

test("one timer serves jobs that end soon, and goes with the last", () => {
  const { begin, clock, told, timers, watch } = setUp();
  for (let n = 0; n < 100; n++) {
    begin(`j${n}`);
    clock.advance(100);
    watch.end();
  }
  expect([timers(), clock.pending, told]).toEqual([1, 1, []]);
  watch.stop();
  expect(clock.pending).toBe(0);
});

test("a job is told of once, when its own time is over", () => {
  const { begin, clock, told, watch } = setUp();
  begin("quick");
  clock.advance(20_000);
  watch.end();
  begin("slow");
  clock.advance(29_999);
  expect(told).toEqual([]);
  clock.advance(1);
  expect(told).toEqual([["slow", 30]]);
  clock.advance(60_000);
  watch.end();
  expect([told.length, clock.pending]).toEqual([1, 0]);
});

test("a job that has less time is not kept waiting by the one before it", () => {
  const { begin, clock, told, watch } = setUp();
  begin("patient", 60);
  watch.end();
  begin("hasty", 1);
  clock.advance(1000);
  expect(told).toEqual([["hasty", 1]]);
  watch.end();
  begin("next", 5);
  clock.advance(5000);
  expect(told).toEqual([
    ["hasty", 1],
    ["next", 5],
  ]);
});
