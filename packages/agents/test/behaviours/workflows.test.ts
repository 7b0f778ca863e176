import type { WorkflowInfo, WorkflowPage } from "@freehold/agents/workflows";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock, evictDurableObject } from "../support/hosted.ts";
import { told } from "./workers/told.ts";

/** Workflows that agents start: the behaviours easily got wrong, by their numbers. */

let running: Behaving;
let errors: string[];

beforeEach(async () => {
  told.length = 0;
  errors = [];
  const keep = (...args: unknown[]) => void errors.push(args.map(String).join(" "));
  vi.spyOn(console, "error").mockImplementation(keep);
  vi.spyOn(console, "warn").mockImplementation(keep);
  const load = () => import("./workers/workflows.ts");
  running = await behave(load, ["Office"], {}, ["Flow", "LongFlow"]);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await running.worker.stop();
});

type Calls = Record<string, (...args: unknown[]) => Promise<never>>;

interface Instance {
  status(): Promise<{ status: string; error?: { message: string }; output: unknown }>;
  pause(): Promise<void>;
  terminate(): Promise<void>;
}

const call = (method: string, ...args: unknown[]) =>
  running.agent<Calls>("Office", "o")[method]?.(...args) as Promise<never>;
const row = (id: string): Promise<WorkflowInfo | undefined> => call("row", id);
const rows = (criteria?: object): Promise<WorkflowPage> => call("rows", criteria);
/** Lets the agent sleep, and wakes it as a request does. */
const evict = async () => {
  await evictDurableObject(running.agent("Office", "o"));
  await call("__unsafe_ensureInitialized");
};
const binding = (name = "Flow") =>
  running.worker.env[name] as {
    get(id: string): Promise<Instance>;
    create(options: object): Promise<Instance>;
  };
const statusOf = async (id: string) => (await (await binding().get(id)).status()).status;
/** Waits until the row says so. */
const becomes = (id: string, status: string) =>
  clock.until(async () => (await row(id))?.status === status, { within: "10m" });
const marks = () =>
  running.rows("Office", "o", "SELECT * FROM freehold_agents_workflow_marks WHERE key <> ''");

test("54. a run has a row from before it can tell anything, and its id is its own", async () => {
  expect(await call("beginAndLook", "w")).toBe("queued");
  await expect(call("begin", "w", { how: "quiet" })).rejects.toThrow(
    'Workflow with ID "w" is already being tracked',
  );
  await expect(call("begin", "x", {}, {}, "None")).rejects.toThrow(
    "Workflow binding 'None' not found in environment",
  );
  expect((await rows()).workflows.map(({ workflowId }) => workflowId)).toEqual(["w"]);
});

test("54. a run that could not be made leaves no row; one whose making was cut short can be made", async () => {
  await binding().create({ id: "taken", params: { how: "wait" } });
  await expect(call("begin", "taken", { how: "wait" })).rejects.toThrow("already_exists");
  expect(await row("taken")).toBeUndefined();
  await call("begin", "other", { how: "wait" });
  await running.inside("Office", "o", (_agent, ctx) => {
    ctx.storage.sql.exec(`INSERT INTO cf_agents_workflows (id, workflow_id, workflow_name, status)
      VALUES ('r', 'cut', 'Flow', 'queued')`);
  });
  await evict();
  await becomes("cut", "unknown");
  await call("begin", "cut", { how: "quiet" });
  await becomes("cut", "complete");
});

test("54. progress comes once each, over sleeps and replays, and rows follow the instance", async () => {
  await call("begin", "w", { how: "wait" }, { metadata: { by: "ada" } });
  await becomes("w", "waiting");
  await clock.advance("3d");
  await call("send", "w", "go", { yes: true });
  await clock.until(async () => (await statusOf("w")) === "waiting");
  await clock.advance("3d");
  await becomes("w", "complete");
  expect(told).toEqual([
    ["o", "progress", "w", { percent: 0.1 }],
    ["o", "progress", "w", { percent: 0.9 }],
    ["o", "complete", "w", { yes: true }],
  ]);
  const info = await row("w");
  expect(info).toMatchObject({ metadata: { by: "ada" }, error: null });
  expect(info?.completedAt?.getTime()).toBeGreaterThan(info?.createdAt.getTime() ?? 0);
  await clock.until(async () => (await marks()).length === 0);
});

test("54. a run that returns without a word is complete all the same", async () => {
  await call("begin", "w", { how: "quiet", more: 1 });
  await becomes("w", "complete");
  expect(told).toEqual([]);
  expect((await (await binding().get("w")).status()).output).toEqual({ how: "quiet", more: 1 });
});

test("54. what others do to an instance is in the row of an agent that is awake, or wakes", async () => {
  await call("begin", "w", { how: "wait" });
  await becomes("w", "waiting");
  await (await binding().get("w")).pause();
  await becomes("w", "paused");
  await evict();
  await (await binding().get("w")).terminate();
  await becomes("w", "terminated");
});

test("54. an error is told once, whatever was thrown, and stays what ends the run", async () => {
  await call("begin", "a", { how: "throw" });
  await becomes("a", "errored");
  expect((await row("a"))?.error).toEqual({ name: "WorkflowError", message: "no error at all" });
  await call("begin", "b", { how: "twice" });
  await clock.until(async () => (await statusOf("b")) === "errored");
  expect((await row("b"))?.error).toEqual({ name: "RangeError", message: "told" });
  expect((await (await binding().get("b")).status()).error?.message).toBe("thrown");
  expect(told).toEqual([
    ["o", "error", "a", "no error at all"],
    ["o", "error", "b", "told"],
  ]);
});

test("54. a hook that fails is called again, and a rejection is told once", async () => {
  await call("failNext", "not now");
  await call("begin", "a", { how: "approve" });
  await call("control", "reject", "a", { reason: "too dear" });
  await becomes("a", "errored");
  await clock.until(async () => (await statusOf("a")) === "errored");
  expect(told).toEqual([["o", "error", "a", "too dear"]]);
  expect((await row("a"))?.error).toEqual({ name: "WorkflowRejectedError", message: "too dear" });
});

test("54. an approval of the workflow's own type is given by that type", async () => {
  await call("begin", "a", { how: "approve", eventType: "signed" });
  await becomes("a", "waiting");
  await call("control", "approve", "a", { metadata: { wrong: true } });
  await clock.advance("1d");
  expect(await statusOf("a")).toBe("waiting");
  await call("control", "approve", "a", { eventType: "signed", metadata: { by: "ada" } });
  await becomes("a", "complete");
  expect((await (await binding().get("a")).status()).output).toEqual({ by: "ada" });
  await expect(call("control", "approve", "b")).rejects.toThrow("Workflow b not found in tracking");
});

test("54. the state is changed once by each step, also over replays", async () => {
  await call("begin", "a", { how: "state" });
  await clock.until(async () => ((await call("board")) as { by?: string }).by === "flow");
  await running.inside("Office", "o", (agent) => agent.setState({ left: 2 }));
  await clock.advance("2h");
  await becomes("a", "complete");
  expect(await call("board")).toEqual({ left: 2 });
  expect(told).toEqual([["o", "event", "a", { at: "end" }]]);
  await call("begin", "b", { how: "reset" });
  await becomes("b", "complete");
  expect(await call("board")).toEqual({ left: 3 });
});

test("54. progress from within a step is told each time, and is no step", async () => {
  await call("begin", "a", { how: "within" });
  await becomes("a", "complete");
  expect(told).toEqual([0.1, 0.2, 0.3].map((percent) => ["o", "progress", "a", { percent }]));
});

test("54. messages go to all connections, and a subclass may run its parent's code", async () => {
  const socket = await running.connect("office/o");
  await call("begin", "a", { how: "say" }, {}, "LongFlow");
  while ((await socket.next()) !== '{"said":"a"}') await clock.settle();
  await becomes("a", "complete");
  await clock.until(() => told.length === 2);
  expect(told).toEqual([
    ["o", "complete", "a", undefined],
    ["o", "complete", "a", { long: true }],
  ]);
});

test("55. pages follow each other by a cursor that is checked; filters count as they are", async () => {
  for (const id of ["a", "b", "c", "d", "e"]) {
    const metadata = { odd: id === "b" || id === "d", "x.y": id, deep: { n: 1 } };
    await call("begin", id, { how: id === "e" ? "wait" : "quiet" }, { metadata });
    if (id !== "e") await becomes(id, "complete");
  }
  const ids = async (criteria: object) =>
    (await rows(criteria)).workflows.map(({ workflowId }) => workflowId);
  const first = await rows({ limit: 2, orderBy: "asc" });
  expect([first.total, first.workflows.length]).toEqual([5, 2]);
  const cursor = first.nextCursor ?? "";
  expect(JSON.parse(atob(cursor))).toEqual({ c: expect.any(Number), i: "b" });
  expect(await ids({ limit: 9, orderBy: "asc", cursor })).toEqual(["c", "d", "e"]);
  for (const bad of ["bad", btoa("{}"), btoa('{"c":"x","i":"a"}'), btoa("null")]) {
    await expect(rows({ cursor: bad })).rejects.toThrow("Invalid pagination cursor");
  }
  expect(await ids({ metadata: { odd: true } })).toEqual(["d", "b"]);
  expect(await ids({ metadata: { odd: 1 } })).toEqual([]);
  expect(await ids({ metadata: { "x.y": "c" } })).toEqual(["c"]);
  expect(await ids({ metadata: { "deep.n": 1, odd: false } })).toEqual(["e", "c", "a"]);
  expect(await ids({ metadata: { "') OR 1=1 --": "x" } })).toEqual([]);
  expect(await ids({ status: ["complete", "errored"], workflowName: "Flow" })).toHaveLength(4);
  expect(await ids({ status: [] })).toEqual([]);
  expect(await call("remove", { metadata: { odd: true } })).toBe(2);
  expect(await call("remove", { status: "complete", createdBefore: new Date(0) })).toBe(0);
  expect(await call("remove", {})).toBe(3);
});

test("55. a binding with a new name takes its rows along; an unknown one is named at the start", async () => {
  await call("begin", "a", { how: "quiet" });
  await becomes("a", "complete");
  await running.inside("Office", "o", (_agent, ctx) => {
    ctx.storage.sql.exec("UPDATE cf_agents_workflows SET workflow_name = 'OLD'");
  });
  await evict();
  await row("a");
  expect(errors.filter((text) => text.includes("'OLD'"))).toHaveLength(1);
  await expect(call("migrate", "OLD", "NEW")).rejects.toThrow("binding 'NEW' not found");
  expect([await call("migrate", "OLD", "Flow"), await call("migrate", "OLD", "Flow")]).toEqual([
    1, 0,
  ]);
});

test("55. a restart begins anew, and keeps the times of the row when asked", async () => {
  await call("begin", "a", { how: "twice" });
  await clock.until(async () => (await statusOf("a")) === "errored");
  const before = await row("a");
  await clock.advance("1h");
  await call("control", "restart", "a", { resetTracking: false });
  await clock.until(() => told.length === 2);
  expect((await row("a"))?.createdAt).toEqual(before?.createdAt);
  await clock.until(async () => (await statusOf("a")) === "errored");
  await call("control", "restart", "a");
  expect((await row("a"))?.createdAt.getTime()).toBeGreaterThan(before?.createdAt.getTime() ?? 0);
  await clock.until(() => told.length === 3);
});

test("55. a pause that comes with the last word leaves no row paused for ever", async () => {
  await call("begin", "a", { how: "wait" });
  await becomes("a", "waiting");
  await call("control", "pause", "a");
  expect((await row("a"))?.status).toBe("paused");
  await call("send", "a", "go", 1);
  await call("control", "resume", "a");
  await clock.advance("3d");
  await becomes("a", "complete");
});

test("55. a child hears of its own runs, also after its parent's eviction, and not once it is gone", async () => {
  await call("inside", "kim", "begin", "a", { how: "approve" });
  await call("inside", "kim", "begin", "b", { how: "call" });
  await clock.until(async () => (await statusOf("b")) === "complete");
  expect((await (await binding().get("b")).status()).output).toBe("kim greets flow");
  await evict();
  await call("inside", "kim", "control", "reject", "a", { reason: "no" });
  await clock.until(() => told.length > 0);
  expect(told).toEqual([["kim", "error", "a", "no"]]);
  expect((await rows()).total).toBe(0);
  await call("inside", "kim", "begin", "c", { how: "approve" });
  await call("dismiss", "kim");
  await (await binding().get("c")).terminate();
  await call("inside", "kim", "begin", "d", { how: "call", method: "hasOwnProperty" });
  await clock.until(async () => (await statusOf("d")) === "errored");
  const { error } = await (await binding().get("d")).status();
  expect(error?.message).toContain('method "hasOwnProperty" is not callable on Clerk');
});

test("55. a broadcast to an agent that was deleted is told of in the log, and harms nothing", async () => {
  await call("inside", "lee", "begin", "a", { how: "lateSay" });
  await clock.until(async () => (await statusOf("a")) === "waiting");
  await call("dismiss", "lee");
  await (binding() as unknown as { get(id: string): Promise<Calls> })
    .get("a")
    .then((instance) => instance.sendEvent?.({ type: "go" }));
  await clock.until(async () => (await statusOf("a")) === "complete", { within: "1h" });
  expect(errors.join("\n")).toContain("A broadcast did not reach the agent");
});

test("55. a run whose agent was deleted ends with an error that says so", async () => {
  await call("inside", "lee", "begin", "a", { how: "approve" });
  await clock.until(async () => (await statusOf("a")) === "waiting");
  await call("dismiss", "lee");
  await (binding() as unknown as { get(id: string): Promise<Calls> })
    .get("a")
    .then((instance) => instance.sendEvent?.({ type: "approval", payload: { approved: false } }));
  await clock.until(async () => (await statusOf("a")) === "errored", { within: "1h" });
  expect(told).toEqual([]);
  expect(errors.join("\n")).toContain('sub-agent Clerk "lee" no longer exists');
});
