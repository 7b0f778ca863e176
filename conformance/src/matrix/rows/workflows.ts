import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type Connected, call, connectTo, eventually } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";

const FLOW = "MatrixFlow";

type Info = Readonly<Record<"status" | "metadata" | "error" | "ended", unknown>>;

/** A client of the agent that runs workflows. */
function foreman(cell: Cell): Promise<Connected> {
  return connectTo(cell, { agent: "MatrixForeman" });
}

type Ask = (method: string, ...args: unknown[]) => Promise<unknown>;

function asking({ client }: Connected): Ask {
  return (method, ...args) => call(client, method, ...args);
}

async function until<T>(ask: () => Promise<unknown>, isRight: (answer: T) => boolean): Promise<T> {
  let answer = (await ask()) as T;
  for (let round = 0; round < 1000 && !isRight(answer); round++) {
    await delay(50);
    answer = (await ask()) as T;
  }
  assert.ok(isRight(answer), `the answer stays ${JSON.stringify(answer)}`);
  return answer;
}

/** The agent's row, once it says that the workflow has come to its end. */
function end(ask: Ask, id: string): Promise<Info> {
  return until<Info>(
    () => ask("row", id),
    ({ ended }) => ended === true,
  );
}

/** What the platform says of the instance, once it has ended. */
function instanceEnd(ask: Ask, id: string): Promise<unknown> {
  const ends: unknown[] = ["complete", "errored", "terminated"];
  return until<Info>(
    () => ask("status", id),
    ({ status }) => ends.includes(status),
  );
}

function told(ask: Ask): Promise<unknown[]> {
  return ask("told") as Promise<unknown[]>;
}

const completes: Row = {
  name: "workflow",
  async run(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    await ask("begin", "a", { how: "through" }, { by: "row" });
    assert.deepEqual(await end(ask, "a"), {
      ...{ status: "complete", metadata: { by: "row" }, error: null, ended: true },
    });
    const result = { first: "one", known: `${cell.name} knows how` };
    assert.deepEqual(await told(ask), [
      ["progress", FLOW, "a", { step: "first", percent: 0.5 }],
      ["event", FLOW, "a", { half: true }],
      ["complete", FLOW, "a", result],
    ]);
    assert.deepEqual(await instanceEnd(ask, "a"), {
      ...{ status: "complete", error: null, output: result },
    });
    const states = connected.states.map(([state]) => state as unknown);
    assert.deepEqual(states.slice(-2), [
      { steps: ["one"], left: 2 },
      { steps: ["one"], left: 1 },
    ]);
    const sent = JSON.stringify({ type: "flow", workflow: FLOW });
    await eventually("the broadcast", () => connected.messages.includes(sent));
    await assert.rejects(ask("begin", "a", { how: "through" }), /already (being tracked|exists)/);
  },
};

const approval: Row = {
  name: "workflow-approval",
  async run(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    await ask("begin", "a", { how: "approve" });
    await ask("control", "approve", "a", { reason: "fine", metadata: { by: "Ada" } });
    assert.equal((await end(ask, "a")).status, "complete");
    assert.deepEqual(await told(ask), [["complete", FLOW, "a", { by: "Ada" }]]);
    const workflowId = `${cell.name}-a`;
    assert.deepEqual(await ask("seen"), [
      { type: "workflow:start", payload: { workflowId, workflowName: FLOW } },
      { type: "workflow:event", payload: { workflowId, eventType: "approval" } },
      { type: "workflow:approved", payload: { workflowId, reason: "fine" } },
    ]);
    await assert.rejects(ask("control", "approve", "b"), /not found in tracking table/);
  },
};

/** An event of the workflow's own type approves it, too. */
const approvalByEvent: Row = {
  name: "workflow-event",
  async run(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    await ask("begin", "a", { how: "approve", eventType: "signed" });
    await ask("send", "a", "signed", { approved: true, metadata: { by: "Bob" } });
    assert.equal((await end(ask, "a")).status, "complete");
    assert.deepEqual(await told(ask), [["complete", FLOW, "a", { by: "Bob" }]]);
  },
};

const rejection: Row = {
  name: "workflow-rejection",
  async run(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    await ask("begin", "a", { how: "approve" });
    await ask("control", "reject", "a", { reason: "too dear" });
    assert.deepEqual(await end(ask, "a"), {
      ...{ status: "errored", metadata: {}, error: "too dear", ended: true },
    });
    assert.match(
      String(((await instanceEnd(ask, "a")) as Info).error),
      /Workflow rejected: too dear/,
    );
    assert.deepEqual(await told(ask), [["error", FLOW, "a", "too dear"]]);
  },
};

const errors: Row = {
  name: "workflow-errors",
  async run(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    await ask("begin", "a", { how: "throw" });
    assert.deepEqual(await end(ask, "a"), {
      ...{ status: "errored", metadata: {}, error: "it broke", ended: true },
    });
    await ask("begin", "b", { how: "twice" });
    await instanceEnd(ask, "b");
    assert.deepEqual(await told(ask), [
      ["error", FLOW, "a", "it broke"],
      ["error", FLOW, "b", "told already"],
    ]);
  },
};

const control: Row = {
  name: "workflow-control",
  async run(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    const statusOf = async () => ((await ask("row", "a")) as Info).status;
    await ask("begin", "a", { how: "wait" });
    await ask("control", "pause", "a");
    await until(
      () => ask("status", "a"),
      ({ status }: Info) => status === "paused",
    );
    await ask("control", "resume", "a");
    assert.ok(["running", "waiting"].includes(String(await statusOf())));
    await ask("control", "terminate", "a");
    assert.equal(await statusOf(), "terminated");
    await assert.rejects(ask("control", "terminate", "a"), /finite state/);
    await ask("control", "restart", "a");
    await ask("send", "a", "go", 1);
    assert.equal((await end(ask, "a")).status, "complete");
    const types = ((await ask("seen")) as { type: string }[]).map(({ type }) => type.slice(9));
    assert.deepEqual(types, ["start", "paused", "resumed", "terminated", "restarted", "event"]);
    // workerd tells a program that is paused of an error, which the published package passes on.
    const ends = (await told(ask)).filter((one) => (one as string[])[0] === "complete");
    assert.deepEqual(ends, [["complete", FLOW, "a", "went"]]);
  },
};

/** What a workflow waits for, and what it has told, is there after all servers were killed. */
const restart: Row = {
  name: "workflow-restart",
  async before(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    await ask("begin", "a", { how: "approve" });
    await until(
      () => ask("status", "a"),
      ({ status }: Info) => status !== "queued",
    );
    await delay(300);
  },
  async run(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    await ask("control", "approve", "a", { metadata: { by: "Eve" } });
    assert.equal((await end(ask, "a")).status, "complete");
    assert.deepEqual(await told(ask), [["complete", FLOW, "a", { by: "Eve" }]]);
  },
};

const queries: Row = {
  name: "workflow-queries",
  async run(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    await ask("begin", "a", { how: "quiet" });
    assert.deepEqual(await instanceEnd(ask, "a"), {
      ...{ status: "complete", error: null, output: "quiet result" },
    });
    assert.equal((await end(ask, "a")).status, "complete");
    assert.deepEqual([await ask("remove", "a"), await ask("remove", "a")], [true, false]);
    await ask("plant", 7, "OLD");
    await assert.rejects(ask("rename", "OLD", "NEW"), /binding 'NEW' not found/);
    assert.deepEqual([await ask("rename", "OLD", FLOW), await ask("rename", "OLD", FLOW)], [7, 0]);
    const list = async (criteria: object) =>
      (await ask("list", criteria)) as { ids: string[]; total: number; nextCursor: string };
    const first = await list({ limit: 3 });
    assert.deepEqual([first.ids, first.total], [["p6", "p5", "p4"], 7]);
    const second = await list({ limit: 3, cursor: first.nextCursor });
    assert.deepEqual([second.ids, second.total], [["p3", "p2", "p1"], 7]);
    assert.deepEqual((await list({ limit: 3, cursor: second.nextCursor })).nextCursor, null);
    assert.deepEqual((await list({ limit: 2, orderBy: "asc" })).ids, ["p0", "p1"]);
    assert.deepEqual((await list({ metadata: { who: "w1", index: 4 } })).ids, ["p4"]);
    assert.deepEqual((await list({ status: ["errored", "running"] })).ids, []);
    await assert.rejects(list({ cursor: "bad" }), /Invalid pagination cursor/);
    assert.equal(await ask("remove", { metadata: { who: "w0" }, workflowName: FLOW }), 3);
    assert.equal(await ask("remove", {}), 4);
  },
};

/** An agent inside another is told of its own workflows, also after a restart, until it is deleted. */
const subAgent: Row = {
  name: "workflow-sub-agent",
  async before(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    await ask("delegate", "begin", "a", { how: "approve" });
    await delay(300);
  },
  async run(cell) {
    using connected = await foreman(cell);
    const ask = asking(connected);
    const inside: Ask = (method, ...args) => ask("delegate", method, ...args);
    await inside("control", "approve", "a", { metadata: { by: "Eve" } });
    assert.equal((await end(inside, "a")).status, "complete");
    await inside("begin", "b", { how: "through" });
    assert.equal((await end(inside, "b")).status, "complete");
    assert.deepEqual((await told(inside)).at(-1), [
      ...["complete", FLOW, "b"],
      { first: "one", known: `clerk-of-${cell.name} knows how` },
    ]);
    assert.deepEqual(await told(ask), []);
  },
};

export const workflowRows: readonly Row[] = [
  ...[completes, approval, approvalByEvent, rejection, errors],
  ...[control, restart, queries, subAgent],
];
