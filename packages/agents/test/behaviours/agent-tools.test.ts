import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock } from "../support/hosted.ts";
import { told } from "./workers/told.ts";

/** Agents as tools: the behaviours easily got wrong, by their numbers. */

let running: Behaving;

beforeEach(async () => {
  told.length = 0;
  for (const method of ["error", "warn", "debug"] as const) {
    vi.spyOn(console, method).mockReturnValue();
  }
  running = await behave(() => import("./workers/agent-tools.ts"), ["Boss"]);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await running.worker.stop();
});

const call = (method: string, ...args: unknown[]): Promise<never> => {
  const boss = running.agent<Record<string, (...args: unknown[]) => Promise<never>>>("Boss", "b");
  return boss[method]?.(...args) ?? Promise.reject(new Error(method));
};
const tool = (runId: string, method: string, ...args: unknown[]) =>
  call("tool", runId, method, ...args);
const started = (runId: string) =>
  vi.waitFor(async () => expect(await call("runs")).toContain(`${runId} running`));
/** An event of the agent's own: calls alone do not start it. */
const wake = () => running.fetch("/agents/boss/b");
const crash = () => call("crash").catch(() => undefined);
const connect = () => running.connect("boss/b");
const end = (runId: string, summary = "the end") =>
  tool(runId, "end", runId, { status: "completed", summary });

/** The events of runs among the messages of a socket, until one of this kind. */
async function events(socket: Awaited<ReturnType<typeof connect>>, last: string) {
  const seen: string[] = [];
  for (;;) {
    const [frame] = (await socket.take(1)) as [Record<string, never>];
    if (frame.type !== "agent-tool-event") continue;
    const { event, replay, sequence } = frame as unknown as {
      event: { kind: string };
      replay?: true;
      sequence: number;
    };
    seen.push(`${replay ? "past " : ""}${sequence} ${event.kind}`);
    if (event.kind === last) return seen;
  }
}

test("70. the same run is begun once: who asks again waits for the same end", async () => {
  const first = call("run", { runId: "r" });
  await started("r");
  const second = call("run", { runId: "r" });
  await tool("r", "say", "hello");
  await end("r");
  const result = { runId: "r", agentType: "Tool", status: "completed", summary: "the end" };
  expect([await first, await second, await call("run", { runId: "r" })]).toEqual([
    ...[result, result, result],
  ]);
  expect(await tool("r", "starts", "r")).toBe(1);
  expect(told).toEqual([
    ["start", "r"],
    ["finish", "r", "completed"],
  ]);
});

test("70. a run whose caller died is taken up again, without a chunk lost or told twice", async () => {
  const lost = call("run", { runId: "r" }).catch(() => "lost");
  await started("r");
  await tool("r", "say", "one");
  await crash();
  expect(await lost).toBe("lost");
  const socket = await connect();
  await tool("r", "say", "two");
  await clock.settle();
  await end("r");
  const seen = await events(socket, "finished");
  // What is told of the past and what comes may overlap; each position is there, in order.
  const positions = [...new Set(seen.map((event) => event.replace("past ", "")))];
  expect(positions).toEqual(["0 started", "1 chunk", "2 chunk", "3 finished"]);
  expect(told).toEqual([
    ["start", "r"],
    ["finish", "r", "completed"],
  ]);
  expect(await call("run", { runId: "r" })).toMatchObject({ status: "completed" });
});

test("70. a silent run is given up softly, and collected by who asks for it again", async () => {
  call("run", { runId: "r" }).catch(() => undefined);
  await started("r");
  await crash();
  await wake();
  await clock.advance("3m");
  expect(await call("runs")).toEqual(["r interrupted"]);
  const again = call("run", { runId: "r" });
  await clock.settle();
  await end("r", "late");
  expect(await again).toMatchObject({ status: "completed", summary: "late" });
  expect(told).toEqual([
    ["start", "r"],
    ["finish", "r", "interrupted"],
    ["finish", "r", "completed"],
  ]);
});

test("70. several runs are taken up side by side, and do not hold up the start", async () => {
  for (const runId of ["a", "b", "c"]) {
    call("run", { runId }).catch(() => undefined);
    await started(runId);
  }
  await crash();
  await wake();
  expect(await call("runs")).toEqual(["a running", "b running", "c running"]);
  for (const runId of ["c", "a", "b"]) await end(runId);
  await clock.until(
    async () => String(await call("runs")) === "a completed,b completed,c completed",
  );
  expect(told.slice(3)).toHaveLength(3);
});

test("70. a detached run's end is told once, also after a crash", async () => {
  const begun = await call("run", { runId: "d", detached: { onFinish: "onDone" } });
  expect(begun).toEqual({ runId: "d", agentType: "Tool", status: "running" });
  await crash();
  await end("d");
  await clock.advance("1m");
  expect(await call("done")).toEqual(["d completed"]);
  await crash();
  await clock.advance("1h");
  expect(await call("done")).toEqual(["d completed"]);
  expect(await call("plans")).toEqual([]);
  expect(told.filter((event) => String(event).startsWith("finish"))).toHaveLength(1);
});

test("70. a detached run that takes too long is given up and cancelled", async () => {
  await call("run", { runId: "d", detached: { onFinish: "onDone", maxBudgetMs: 60_000 } });
  await clock.advance("59s");
  expect(await call("done")).toEqual([]);
  await clock.advance("10s");
  expect(await call("done")).toContain("d interrupted budget-exceeded");
  expect(await tool("d", "inspectAgentToolRun", "d")).toMatchObject({ status: "aborted" });
  await clock.advance("1h");
  expect(await call("plans")).toEqual([]);
});

test("70. giving up and ending are told apart: a late end is told as well", async () => {
  const wish = { onFinish: "onDone", noProgressBudgetMs: 30_000 };
  await call("run", { runId: "d", detached: wish });
  await tool("d", "progress", clock.now());
  await crash();
  await wake();
  await clock.advance("3m");
  expect(await call("done")).toEqual(["d interrupted no-progress"]);
  await end("d");
  await clock.advance("10m");
  expect(await call("done")).toEqual(["d interrupted no-progress", "d completed"]);
});

test("70. a handler that fails is shown to onError, and not asked again", async () => {
  await call("run", { runId: "d", detached: { onFinish: "onDoneBadly" } });
  await end("d");
  await clock.advance("10m");
  expect(told.filter((event) => String(event) === "badly,d")).toHaveLength(1);
  expect(told).toContainEqual(["error", "badly done"]);
  expect(await call("plans")).toEqual([]);
});

test("70. cancelling ends a run once; clearing leaves nothing of it", async () => {
  const waiting = call("run", { runId: "a" });
  await started("a");
  await call("cancel", "a");
  expect(await waiting).toMatchObject({ status: "aborted", error: "stop" });
  await call("run", { runId: "d", detached: { onFinish: "onDone" } });
  await call("cancel", "d");
  await call("cancel", "d");
  await call("cancel", "nobody");
  expect(await call("done")).toEqual(["d aborted"]);
  await call("clear", { status: ["error"] });
  expect(await call("runs")).toHaveLength(2);
  const busy = call("run", { runId: "busy" }).catch(() => "cleared");
  await started("busy");
  await call("clear");
  expect(await call("runs")).toEqual([]);
  expect(await call("children")).toEqual([]);
  await busy;
});

test("70. more runs than allowed end with an error, and begin nothing", async () => {
  await call("cap", 1);
  await call("run", { runId: "d", detached: true });
  expect(await call("run", { runId: "r" })).toEqual({
    ...{ runId: "r", agentType: "Tool", status: "error" },
    error: "maxConcurrentAgentTools (1) exceeded",
  });
  expect(await call("children")).toEqual(["d"]);
});

test("70. a client that joins is told of the latest runs only", async () => {
  for (let n = 0; n < 60; n++) {
    const run = call("run", { runId: `r${n}` });
    await started(`r${n}`);
    await end(`r${n}`);
    await run;
  }
  const socket = await connect();
  const seen: string[] = [];
  for (let n = 0; n < 50; n++) seen.push(...(await events(socket, "finished")));
  expect(seen).toHaveLength(100);
  expect(seen.every((event) => event.startsWith("past"))).toBe(true);
});
