import { expect, test } from "vitest";
import { Pool } from "./pool.ts";

test("a pool runs so many at a time, all of them, and goes on after failures", async () => {
  const pool = new Pool(2);
  let running = 0;
  let most = 0;
  const work = async (index: number) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    if (index === 1) throw new Error("no");
    return index;
  };
  const all = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => pool.run(() => work(index))));
  expect(most).toBe(2);
  expect(all.map(({ status }) => status === "fulfilled")).toEqual([true, false, true, true, true]);
});
