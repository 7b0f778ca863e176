import { expect, test } from "vitest";
import { memorySql, TestClock } from "../../test/support/fakes.ts";
import { internalParams, workflowOf } from "./bindings.ts";
import { afterCallback, afterStatus, statusAfterEvent } from "./decide.ts";
import { Deliveries } from "./deliveries.ts";
import { splitParams } from "./reach.ts";
import { WorkflowStore } from "./store.ts";
import type { WorkflowCallback, WorkflowStatus } from "./types.ts";

const word = (told: object) =>
  ({ workflowName: "W", workflowId: "w", timestamp: 0, ...told }) as WorkflowCallback<unknown>;

test.each<[WorkflowStatus, object, WorkflowStatus | undefined]>([
  ["queued", { type: "progress" }, "running"],
  ["waiting", { type: "progress" }, "running"],
  ["running", { type: "progress" }, undefined],
  ["paused", { type: "progress" }, undefined],
  ["complete", { type: "progress" }, undefined],
  ["paused", { type: "complete" }, "complete"],
  ["terminated", { type: "complete" }, undefined],
  ["running", { type: "error", error: "e" }, "errored"],
  ["paused", { type: "error", error: "e" }, "errored"],
  ["terminated", { type: "error", error: "e" }, undefined],
  ["running", { type: "event" }, undefined],
])("a row that is %s and hears %o becomes %s", (current, told, status) => {
  expect(afterCallback(current, word(told))?.status).toBe(status);
});

test.each<[WorkflowStatus, WorkflowStatus, boolean, WorkflowStatus | undefined]>([
  ["queued", "running", false, "running"],
  ["running", "rollingBack", false, "running"],
  ["complete", "running", true, undefined],
  ["complete", "errored", false, undefined],
  ["complete", "errored", true, "errored"],
  ["complete", "terminated", true, "terminated"],
  ["errored", "errored", true, undefined],
  ["paused", "complete", false, "complete"],
  ["queued", "unknown", false, "unknown"],
])("a row that is %s, of an instance that is %s (asked: %s), becomes %s", (...row) => {
  const [current, status, asked, next] = row;
  expect(afterStatus(current, { status }, asked)?.status).toBe(next);
});

test("only events after which an instance stands differently say something", () => {
  const error = { name: "RangeError", message: "far" };
  expect(statusAfterEvent("workflow_errored", error)).toEqual({ status: "errored", error });
  expect(statusAfterEvent("workflow_waiting", undefined)).toEqual({ status: "waiting" });
  for (const type of ["step_completed", "toString", "__proto__"]) {
    expect(statusAfterEvent(type, undefined)).toBeUndefined();
  }
});

/** Deliveries over a database, and what came of them. */
function setUp() {
  const { sql } = memorySql();
  const deliveries = new Deliveries(new WorkflowStore(sql));
  const done: string[] = [];
  const deliver = (attempt: number, what: string, work?: () => Promise<void>) =>
    deliveries.once(
      { workflowId: "w", key: "k-1", attempt },
      work ?? (async () => void done.push(what)),
    );
  return { deliver, done };
}

test("an attempt after one that came to its end does nothing; a first one is always new", async () => {
  const { deliver, done } = setUp();
  await deliver(1, "first");
  await deliver(2, "again");
  await deliver(1, "restarted");
  await deliver(3, "again");
  expect(done).toEqual(["first", "restarted"]);
});

test("an attempt joins one that runs, and follows one that failed", async () => {
  const { deliver, done } = setUp();
  const gate = Promise.withResolvers<void>();
  const first = deliver(1, "first", () => gate.promise);
  const second = deliver(2, "second");
  gate.reject(new Error("no"));
  await expect(first).rejects.toThrow("no");
  await expect(second).rejects.toThrow("no");
  expect(done).toEqual([]);
  await deliver(3, "third");
  expect(done).toEqual(["third"]);
});

const namespace = (ids: readonly string[]) => ({
  idFromName: () => undefined,
  idFromString(id: string) {
    if (!ids.includes(id)) throw new TypeError("another namespace");
  },
});

test("the agent's binding is found by what it holds, then by name, and can be given", () => {
  const env = { First: namespace([]), OTHER: namespace(["1"]), MyAgent: namespace([]) };
  const path = [{ className: "a", name: "n" }];
  const of = (identity: object, given?: string) =>
    internalParams(env, "W", { path, rootId: "1", ...identity }, given).__agentBinding;
  expect(of({})).toBe("OTHER");
  expect(of({ rootId: "2", path: [{ className: "MyAgent", name: "n" }] })).toBe("MyAgent");
  expect(of({ rootId: "2" }, "GIVEN")).toBe("GIVEN");
  expect(() => of({ rootId: "2" })).toThrow("Could not detect Agent binding name");
});

test("only what can make and find instances is a workflow, and no name of every object is one", () => {
  const workflow = { create: () => undefined, get: () => undefined };
  expect(workflowOf({ W: workflow }, "W")).toBe(workflow);
  for (const name of ["X", "toString", "__proto__", "N"]) {
    expect(() => workflowOf({ W: workflow, N: namespace([]) }, name)).toThrow(
      `Workflow binding '${name}' not found in environment`,
    );
  }
});

const internals = { __agentName: "n", __agentBinding: "B", __workflowName: "W" };

test.each([
  ["nothing", undefined, "requires __agentName"],
  ["a part", { __agentName: "n" }, "requires __agentName"],
  ["another kind", { ...internals, __agentOrigin: { kind: "x" } }, "requires a valid Agent origin"],
  [
    "another version",
    { ...internals, __agentOrigin: { kind: "agent", version: 2, binding: "B", name: "n" } },
    "unsupported origin version (2)",
  ],
  [
    "an empty path",
    { ...internals, __agentOrigin: { kind: "facet", version: 1, rootBinding: "B", path: [] } },
    "requires a non-empty path",
  ],
  [
    "no path",
    { ...internals, __agentOrigin: { kind: "facet", version: 1, rootBinding: "B", path: [1] } },
    "requires a valid Agent origin",
  ],
])("parameters with %s are refused", (_what, payload, message) => {
  expect(() => splitParams(payload)).toThrow(message);
});

test("a workflow sees its own parameters; an instance of an early version has an origin, too", () => {
  expect(splitParams({ ...internals, a: 1 })).toEqual({
    own: { a: 1 },
    workflowName: "W",
    origin: { kind: "agent", version: 1, binding: "B", name: "n" },
  });
});

test("rows are read before there are any, and odd metadata harms no query", () => {
  const { sql } = memorySql();
  const store = new WorkflowStore(sql);
  const all = { sql: "1", values: [] };
  expect([store.find("a"), store.count(all), store.remove(all), store.rename("a", "b", 1)]).toEqual(
    [undefined, 0, 0, 0],
  );
  const now = Math.floor(new TestClock().now() / 1000);
  store.add({ id: "1", workflow_id: "a", workflow_name: "W", metadata: "no JSON" }, now);
  store.mark("a", "k");
  expect([store.count(all), store.hasMark("a", "k")]).toEqual([1, true]);
  expect([store.remove(all), store.hasMark("a", "k")]).toEqual([1, false]);
});
