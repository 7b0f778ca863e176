import { beforeEach, expect, test, vi } from "vitest";
import { DuplicateWatch } from "./duplicates.ts";

const schedule = (id: string, more: object = {}) =>
  ({
    id,
    callback: "wake",
    payload: 1,
    type: "delayed",
    time: 5,
    delayInSeconds: 9,
    ...more,
  }) as never;
const waits = () => true;

beforeEach(() => void vi.spyOn(console, "warn").mockReset().mockReturnValue());

test("the second of two equal schedules is named with the first, once for a callback", () => {
  const watch = new DuplicateWatch();
  expect(watch.note(schedule("a"), waits)).toBeUndefined();
  expect(watch.note(schedule("b", { time: 8 }), waits)).toBe("a");
  expect(watch.note(schedule("c"), waits)).toBeUndefined();
  expect(vi.mocked(console.warn).mock.calls).toEqual([
    [expect.stringMatching(/^Schedule "b" is identical to schedule "a"/)],
  ]);
});

test("other payloads, delays and moments are others; what has run is no duplicate", () => {
  const watch = new DuplicateWatch();
  const moment = { type: "scheduled", delayInSeconds: undefined };
  watch.note(schedule("a"), waits);
  watch.note(schedule("b", { payload: 2 }), waits);
  watch.note(schedule("c", { delayInSeconds: 10 }), waits);
  watch.note(schedule("d", { ...moment, time: 1 }), waits);
  watch.note(schedule("e", { ...moment, time: 2 }), waits);
  watch.note(schedule("f"), () => false);
  expect(console.warn).not.toHaveBeenCalled();
});

test("only so many are remembered", () => {
  const watch = new DuplicateWatch();
  for (let n = 0; n < 300; n++) watch.note(schedule(`s${n}`, { payload: n }), waits);
  expect(watch.note(schedule("old", { payload: 0 }), waits)).toBeUndefined();
  expect(watch.note(schedule("new", { payload: 299 }), waits)).toBe("s299");
});
