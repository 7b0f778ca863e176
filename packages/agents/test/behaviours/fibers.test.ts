import type { FiberInspection, StartFiberOptions } from "@freehold/agents";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock } from "../support/hosted.ts";
import { told } from "./workers/told.ts";

/** Fibers: the behaviours easily got wrong, by their numbers. */

let running: Behaving;

beforeEach(async () => {
  told.length = 0;
  vi.spyOn(console, "error").mockReturnValue();
  running = await behave(() => import("./workers/fibers.ts"), ["Weaver"]);
});
afterEach(() => running.worker.stop());

interface Weaver {
  __unsafe_ensureInitialized(): Promise<void>;
  leave(name: string): Promise<void>;
  leaveKept(): Promise<void>;
  both(): Promise<object>;
  left(): Promise<number>;
  stashOutside(): Promise<string>;
  end(): Promise<void>;
  startFiber(name: string, code: () => Promise<void>, options: StartFiberOptions): Promise<unknown>;
  inspectFiber(id: string): Promise<FiberInspection | null>;
  deleteFibers(): Promise<number>;
  resolveFiber(id: string, result: { status: "completed" }): Promise<boolean>;
}
const weaver = () => running.agent<Weaver>("Weaver", "a");
/** Native calls do not start an object by themselves; the router does so before them. */
const start = () => weaver().__unsafe_ensureInitialized();
const end = () =>
  weaver()
    .end()
    .catch(() => undefined);

test("36. a fiber is stored and holds the object awake while it runs, and stashes for itself", async () => {
  expect(await weaver().both()).toEqual({
    ...{ snapshots: ['"one"', '"two"'], held: 2, failed: "broke" },
    ...{ left: 0, after: 0 },
  });
  expect(await weaver().stashOutside()).toBe("stash() called outside a fiber");
});

test("37. a fiber of an earlier life is recovered before onStart, with what it stashed", async () => {
  await start();
  await weaver().leave("work");
  await end();
  await start();
  expect(await weaver().left()).toBe(0);
  expect(told).toEqual(["started", ["recovered", "work", { of: "work" }], "started"]);
});

test("37. without a caller it is recovered by the alarm that kept the object awake", async () => {
  await weaver().leave("work");
  await end();
  await clock.advance("2s");
  expect(told).toContainEqual(["recovered", "work", { of: "work" }]);
});

test("37. a hook that fails is asked again, ever later, and in the end no more", async () => {
  await weaver().leave("poison");
  await end();
  const asked = () => told.filter((entry) => Array.isArray(entry)).length;
  await clock.advance("2s");
  expect(asked()).toBe(1);
  await clock.advance("1h");
  // After 2, 4, 8, … s and then every 5 minutes.
  expect(asked()).toBeGreaterThan(15);
  expect(asked()).toBeLessThan(25);
  expect(await weaver().left()).toBe(1);
  await clock.advance("24h");
  const last = asked();
  await clock.advance("24h");
  expect([asked(), await weaver().left()]).toEqual([last, 0]);
});

test("38. what became of a fiber with a record is kept until it is deleted", async () => {
  await weaver().leaveKept();
  await end();
  await start();
  expect(await weaver().inspectFiber("kept")).toMatchObject({ status: "completed" });
  expect(await weaver().resolveFiber("kept", { status: "completed" })).toBe(false);
  expect([await weaver().deleteFibers(), await weaver().inspectFiber("kept")]).toEqual([1, null]);
});
