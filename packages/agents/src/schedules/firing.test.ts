import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TestObject } from "../../test/support/object.ts";
import { Lifecycle } from "../lifecycle/lifecycle.ts";
import { Scheduler } from "./scheduler.ts";

const START = Date.parse("2026-11-23T10:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ["Date"] });
  vi.spyOn(console, "error").mockReset().mockReturnValue();
});

afterEach(() => vi.useRealTimers());

/** What the test knows of a schedule: when it is due next, and how often it comes. */
interface Known {
  readonly id: string;
  due: number;
  /** Milliseconds from one end to the next run; undefined for what runs once. */
  readonly every: number | undefined;
}

/** One life of an object that fires into `fired`. */
function live(object: TestObject, fired: string[]) {
  const scheduler = new Scheduler({
    callbacks: {
      fire: (_payload: unknown, schedule: { id: string }) => void fired.push(schedule.id),
    },
  });
  const host = { ctx: object.life(), env: {} };
  const lifecycle = new Lifecycle(host as never).use(scheduler);
  return { lifecycle, scheduler };
}

const delay = fc.integer({ min: 0, max: 120 });
const step = fc.oneof(
  fc.record({ act: fc.constant("delay"), seconds: delay }),
  fc.record({ act: fc.constant("moment"), seconds: delay }),
  fc.record({ act: fc.constant("every"), seconds: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ act: fc.constant("cancel"), seconds: delay }),
  fc.record({ act: fc.constant("jump"), seconds: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ act: fc.constant("jump"), seconds: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ act: fc.constant("evict"), seconds: delay }),
);

test("whatever is scheduled fires when it is due: in order, none early, none lost", async () => {
  const scenario = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    vi.setSystemTime(START);
    const object = new TestObject();
    const fired: string[] = [];
    let life = live(object, fired);
    let known: Known[] = [];
    let unique = 0;
    for (const { act, seconds } of steps) {
      const payload = ++unique;
      const now = Date.now();
      if (act === "delay") {
        const { id, time } = await life.scheduler.set(seconds, "fire", payload);
        known.push({ id, due: time * 1000, every: undefined });
      } else if (act === "moment") {
        const when = new Date(now + seconds * 1000);
        const { id, time } = await life.scheduler.set(when, "fire", payload);
        known.push({ id, due: time * 1000, every: undefined });
      } else if (act === "every") {
        const { id, time } = await life.scheduler.every(seconds, "fire", payload);
        known.push({ id, due: time * 1000, every: seconds * 1000 });
      } else if (act === "cancel" && known.length > 0) {
        const gone = known[seconds % known.length] as Known;
        expect(await life.scheduler.cancel(gone.id)).toBe(true);
        known = known.filter((other) => other !== gone);
      } else if (act === "evict") {
        life = live(object, fired);
      } else if (act === "jump") {
        vi.setSystemTime(now + seconds * 1000);
        known = await expectFiring(object, life.lifecycle, fired, known);
      }
      const next = Math.min(...known.map(({ due }) => due));
      if (known.length > 0)
        expect(object.alarm).toBeLessThanOrEqual(Math.max(next, Date.now() + 1));
    }
    const left = (await life.scheduler.list()).map(({ id }) => id);
    expect(left.toSorted()).toEqual(known.map(({ id }) => id).toSorted());
  });
  await fc.assert(scenario, { numRuns: 150 });
});

/** Lets the alarm fire as the platform would after a jump of the clock; returns what is left. */
async function expectFiring(
  object: TestObject,
  lifecycle: Pick<Lifecycle, "alarm">,
  fired: string[],
  known: Known[],
): Promise<Known[]> {
  const now = Date.now();
  const due = known.filter((one) => one.due <= now);
  if (due.length === 0) {
    // An alarm that comes early, as one that was repeated does, fires nothing.
    if (object.alarm !== null) await lifecycle.alarm();
    expect(fired.splice(0)).toEqual([]);
    return known;
  }
  expect(object.alarm).not.toBeNull();
  object.alarm = null;
  await lifecycle.alarm();
  const times = new Map(due.map(({ id, due: at }) => [id, at]));
  const ran = fired.splice(0);
  expect(ran.toSorted()).toEqual([...times.keys()].toSorted());
  expect(ran.map((id) => times.get(id))).toEqual([...times.values()].toSorted((a, b) => a - b));
  for (const one of due) if (one.every !== undefined) one.due = now + one.every;
  return known.filter((one) => one.due > now);
}

test("a life that ends in the middle of its work: the next one does it again, and what waited", async () => {
  const object = new TestObject();
  const fired: string[] = [];
  let dying = true;
  const start = () => {
    const scheduler = new Scheduler({
      callbacks: {
        fire: (name: string) => {
          fired.push(name);
          return dying && name === "interval" ? new Promise(() => undefined) : undefined;
        },
      },
    });
    const lifecycle = new Lifecycle({ ctx: object.life(), env: {} } as never).use(scheduler);
    return { lifecycle, scheduler };
  };
  const first = start();
  await first.scheduler.set(1, "fire", "before");
  await first.scheduler.every(2, "fire", "interval");
  await first.scheduler.set(3, "fire", "after");
  vi.setSystemTime(START + 3000);
  // It never ends: the process is gone in the middle of the second.
  void first.lifecycle.alarm();
  while (fired.length < 2) await Promise.resolve();
  expect(fired).toEqual(["before", "interval"]);
  dying = false;
  const second = start();
  expect(object.alarm).toBe(START + 33_000);
  vi.setSystemTime(START + 33_000);
  await second.lifecycle.alarm();
  expect(fired.slice(2)).toEqual(["interval", "after"]);
  expect(await second.scheduler.list()).toMatchObject([{ type: "interval" }]);
});
