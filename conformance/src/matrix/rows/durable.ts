import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type Connected, call, connectTo, within } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";

const agent = "PublishedDurable";
const later = "durable rooms";

function fetchDurable({ url, name }: Cell, path: string, init?: RequestInit): Promise<Response> {
  const address = new URL(`/agents/published-durable/${name}${path}`, url);
  return within(12_000, path, fetch(address, init));
}

/** Asks again until the task has come to an end. */
async function taskEnd({ client }: Connected, id: string): Promise<unknown> {
  for (let round = 0; round < 100; round++) {
    const found = (await call(client, "taskOf", id)) as [string, unknown, unknown];
    if (found[0] === "completed" || found[0] === "failed") return found;
    await delay(50);
  }
  throw new Error("the task did not end");
}

const tasks: Row = {
  name: "tasks",
  later,
  async run(cell) {
    using client = await connectTo(cell, { agent });
    const id = String(await call(client.client, "runTask", 100));
    assert.deepEqual(await taskEnd(client, id), ["completed", 3, 1]);
  },
};

/** Agents' names end in the combination, and so do ids kept for the time after the restart. */
const kept = new Map<string, string>();

const taskRestart: Row = {
  name: "task-restart",
  later,
  async before(cell) {
    using client = await connectTo(cell, { agent });
    kept.set(cell.name, String(await call(client.client, "runTask", 3000)));
    await delay(200);
  },
  async run(cell) {
    using client = await connectTo(cell, { agent });
    // The first step ran before the restart, and is not run again.
    assert.deepEqual(await taskEnd(client, kept.get(cell.name) ?? ""), ["completed", 3, 1]);
  },
};

async function expectRecovery(cell: Cell, fiber: string): Promise<void> {
  using client = await connectTo(cell, { agent });
  for (let round = 0; round < 100; round++) {
    const found = (await call(client.client, "fiber", fiber)) as unknown[];
    if (found[1] === "completed") break;
    await delay(50);
  }
  const found = await call(client.client, "fiber", fiber);
  assert.deepEqual(found, ["long", "completed", { at: "half" }]);
  assert.deepEqual(await call(client.client, "events"), ['recovered long {"at":"half"}']);
}

const fibers: Row = {
  name: "fibers",
  later,
  async run(cell) {
    let fiber: string;
    {
      using client = await connectTo(cell, { agent });
      assert.equal(await call(client.client, "runToEnd"), "fiber done");
      fiber = String(await call(client.client, "begin"));
      assert.deepEqual(await call(client.client, "fiber", fiber), [
        "long",
        "running",
        { at: "half" },
      ]);
    }
    assert.equal(await (await fetchDurable(cell, "/reset")).text(), "soon");
    await expectRecovery(cell, fiber);
  },
};

const fiberRestart: Row = {
  name: "fiber-restart",
  later,
  async before(cell) {
    using client = await connectTo(cell, { agent });
    kept.set(cell.name, String(await call(client.client, "begin")));
  },
  run: (cell) => expectRecovery(cell, kept.get(cell.name) ?? ""),
};

const streams: Row = {
  name: "streams",
  later,
  async run(cell) {
    await fetchDurable(cell, "/write?chunk=one&chunk=two");
    const live = await fetchDurable(cell, "/read");
    assert.equal(live.headers.get("content-type"), "text/event-stream; charset=utf-8");
    const text = live.text();
    const closed = await fetchDurable(cell, "/write?chunk=three&close");
    assert.equal(((await closed.json()) as { state: string }).state, "completed");
    assert.deepEqual(dataOf(await within(12_000, "the live read", text)), ["one", "two", "three"]);
    const resumed = await fetchDurable(cell, "/read", { headers: { "last-event-id": "0" } });
    assert.deepEqual(dataOf(await resumed.text()), ["two", "three"]);
  },
};

/** The chunks among the events. */
function dataOf(events: string): string[] {
  const lines = events.split("\n").filter((line) => line.startsWith("data: {"));
  return lines
    .map((line) => (JSON.parse(line.slice(6)) as { chunk?: string }).chunk)
    .filter((chunk) => chunk !== undefined);
}

const sessions: Row = {
  name: "sessions",
  later,
  async run(cell) {
    using client = await connectTo(cell, { agent });
    const [history, branches, found] = (await call(client.client, "branch")) as string[][];
    assert.deepEqual(history, ["m1", "m3"]);
    assert.deepEqual(branches, ["m2", "m3"]);
    assert.deepEqual(found, ["m2"]);
  },
};

export const durableRows: readonly Row[] = [
  tasks,
  taskRestart,
  fibers,
  fiberRestart,
  streams,
  sessions,
];
