import { afterEach, expect, test } from "vitest";
import { invocation } from "../context.ts";
import { installGlobals } from "../globals/install.ts";
import type { ObjectKey } from "../objects/key.ts";
import { systemRandom } from "../random.ts";
import { TestClock } from "../test-clock.ts";
import type { StoredAlarmIndex } from "./index.ts";
import { AlarmScheduler } from "./scheduler.ts";

/** Alarms that code of an object sets are the host's: they do not end with that object. */

installGlobals();
let scheduler: AlarmScheduler | undefined;
afterEach(() => scheduler?.stop());

test("an alarm that is due at once rings, though the object that set it has ended", async () => {
  const clock = new TestClock();
  const key: ObjectKey = { namespace: "n", id: "a".repeat(64) };
  const alarm = { time: clock.now(), wake: clock.now(), counted: 0, failures: 0 };
  const entry = { key, alarm };
  let watch: ((entry: object) => void) | undefined;
  const index = {
    watch: (callback: (entry: object) => void) => {
      watch = callback;
    },
    current: () => entry,
    retry: () => undefined,
    put: () => undefined,
  };
  scheduler = new AlarmScheduler({
    index: index as unknown as StoredAlarmIndex,
    clock,
    random: systemRandom,
  });
  const rang = Promise.withResolvers<string>();
  scheduler.start({
    deliver: async ({ id }) => {
      rang.resolve(id);
      return { outcome: "done", next: null };
    },
    giveUp: async () => undefined,
  });
  const ended = { env: {}, exports: {}, waitUntil: () => undefined, run: () => undefined };
  invocation.run(ended, () => watch?.(entry));
  expect(await rang.promise).toBe(key.id);
});
