import { describe, expect, test, vi } from "vitest";
import { countOutside, stepTaken } from "./progress.ts";
import { TestClock } from "./test-clock.ts";

const START = 1_700_000_000_000;

/** A clock, and what happened on it: each with the time since the start. */
function recorder(clock = new TestClock(START)) {
  const log: string[] = [];
  const note = (text: string) => log.push(`${clock.now() - START} ${text}`);
  const set = (text: string, ms: number) => clock.setTimer(() => note(text), ms);
  return { clock, log, note, set };
}

describe("a clock that stands still", () => {
  test("runs timers in order of their due times, each at its own", async () => {
    const { clock, log, note, set } = recorder();
    set("c", 30);
    set("a", 10);
    const never = set("never", 15);
    clock.setTimer(() => {
      note("b");
      set("b1", 5);
      set("b2", 0);
      never.cancel();
    }, 10);
    await clock.advance(20);
    expect(log).toEqual(["10 a", "10 b", "10 b2", "15 b1"]);
    expect(clock.now()).toBe(START + 20);
    await clock.advance(10);
    expect(log.at(-1)).toBe("30 c");
    never.cancel();
  });

  test("never calls back at once, and rounds up", async () => {
    const { clock, log, set } = recorder();
    set("now", 0);
    set("half", 0.5);
    set("past", -5);
    expect(log).toEqual([]);
    await clock.advance(0);
    expect(log).toEqual(["0 now", "0 past"]);
    await clock.advance(1);
    expect(log.at(-1)).toBe("1 half");
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  test("lets what a timer starts come to rest before the next", async () => {
    const { clock, log, note, set } = recorder();
    clock.setTimer(async () => {
      for (let turn = 0; turn < 40; turn += 1) {
        await new Promise(setImmediate);
        stepTaken();
      }
      note("rested");
      set("after", 1);
    }, 10);
    set("next", 20);
    await clock.advance(30);
    expect(log).toEqual(["10 rested", "11 after", "20 next"]);
  });

  test("waits for requests to elsewhere", async () => {
    const { clock, log, note, set } = recorder();
    clock.setTimer(async () => {
      await countOutside(clock, new Promise((resolve) => setTimeout(resolve, 20)));
      note("answered");
    }, 10);
    set("next", 11);
    await clock.advance(30);
    expect(log).toEqual(["10 answered", "11 next"]);
  });

  test("moves to a time, and until a condition holds", async () => {
    const { clock, log, set } = recorder();
    for (const ms of [10, 20, 30]) set("tick", ms);
    await clock.set(START + 10);
    expect(log).toEqual(["10 tick"]);
    await expect(clock.set(START)).rejects.toMatchObject({ code: "CLOCK_BACKWARDS" });
    expect(await clock.until(() => log.length === 2, 1000)).toBe(true);
    expect(clock.now()).toBe(START + 20);
    expect(await clock.until(() => false, 1000)).toBe(false);
    expect(clock.now()).toBe(START + 1020);
  });

  test("keeps its order with many timers", async () => {
    const { clock, log } = recorder();
    const seed = Date.now() % 1_000_000;
    let random = seed;
    const due: number[] = [];
    for (let index = 0; index < 500; index += 1) {
      random = (random * 48_271) % 2_147_483_647;
      const ms = random % 100;
      const timer = clock.setTimer(() => log.push(String(ms)), ms);
      if (random % 3 === 0) timer.cancel();
      else due.push(ms);
    }
    await clock.advance(100);
    expect(log.map(Number), `seed ${seed}`).toEqual(due.sort((one, other) => one - other));
  });
});

describe("a clock that runs", () => {
  test("follows the machine until it is taken, and again when it is given back", async () => {
    const clock = new TestClock(START, { runs: true });
    const { log, set } = recorder(clock);
    expect(clock.isPaused).toBe(false);
    set("by itself", 5);
    const late = set("never", 6);
    late.cancel();
    await vi.waitFor(() => expect(log).toHaveLength(1));
    expect(Number.parseInt(log[0] as string, 10)).toBeGreaterThanOrEqual(5);
    set("by hand", 60_000);
    await clock.advance(60_000);
    expect(clock.isPaused).toBe(true);
    expect(log).toHaveLength(2);
    const now = clock.now();
    set("resumed", 5);
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(clock.now()).toBe(now);
    clock.resume();
    await vi.waitFor(() => expect(log).toHaveLength(3));
    clock.pause();
  });

  test("does not hear of timers that tests fake", () => {
    vi.useFakeTimers({ now: 0 });
    try {
      const clock = new TestClock(START, { runs: true });
      vi.advanceTimersByTime(60_000);
      expect(clock.now() - START).toBeLessThan(10_000);
    } finally {
      vi.useRealTimers();
    }
  });
});
