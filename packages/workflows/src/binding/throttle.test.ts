import { describe, expect, test } from "vitest";
import { Throttle } from "./throttle.ts";

describe("how much is done at a time", () => {
  test("is never more than that, and all is done, in order", async () => {
    let now = 0;
    let running = 0;
    let most = 0;
    const done: number[] = [];
    // Each look at the time is nine milliseconds after the one before: turns are long.
    const throttle = new Throttle(() => {
      now += 9;
      return now;
    });
    const work = (number: number) =>
      throttle.run(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        done.push(number);
        if (number % 3 === 0) throw new Error(`${number}`);
        return number;
      });
    const wanted = Array.from({ length: 100 }, (_, number) => number);
    const outcomes = await Promise.allSettled(wanted.map(work));
    expect(most).toBe(8);
    expect(done).toEqual(wanted);
    expect(outcomes.map(({ status }) => status)).toEqual(
      wanted.map((number) => (number % 3 === 0 ? "rejected" : "fulfilled")),
    );
  });

  test("is more while turns are short", async () => {
    let running = 0;
    let most = 0;
    const throttle = new Throttle(() => 0);
    const work = () =>
      throttle.run(async () => {
        running += 1;
        most = Math.max(most, running);
        for (let turn = 0; turn < 5; turn += 1) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        running -= 1;
      });
    await Promise.all(Array.from({ length: 1000 }, work));
    expect(most).toBe(64);
  });
});
