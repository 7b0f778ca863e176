import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type Connected, call, connectTo, eventually } from "../agent.ts";
import type { Row } from "../cell.ts";

const agent = "MatrixBoss";
const text = (delta: string) => JSON.stringify({ type: "text-delta", id: "t", delta });

interface Frame {
  readonly type: string;
  readonly sequence: number;
  readonly replay?: true;
  readonly parentToolCallId?: string;
  readonly event: { readonly kind: string; readonly runId: string; readonly body?: string };
}

/** The events of a run that a client was told of, as `sequence kind`. */
function events({ messages }: Connected, runId: string): string[] {
  return messages
    .flatMap((message) => (message.startsWith("{") ? [JSON.parse(message) as Frame] : []))
    .filter(({ event, type }) => type === "agent-tool-event" && event.runId === runId)
    .map(({ event, replay, sequence }) => `${replay ? "replay " : ""}${sequence} ${event.kind}`);
}

const WHOLE = ["0 started", "1 chunk", "2 chunk", "3 finished"];

const runs: Row = {
  name: "agent-tool-runs",
  async run(cell) {
    using boss = await connectTo(cell, { agent });
    const order = { chunks: [text("a"), text("b")], output: { x: 1 } };
    const options = { runId: "r", parentToolCallId: "call", displayOrder: 2 };
    const result = { runId: "r", agentType: "MatrixTool", status: "completed", output: { x: 1 } };
    const summary = order.chunks.join("|");
    assert.deepEqual(await call(boss.client, "use", order, options), { ...result, summary });
    await eventually("the end", () => events(boss, "r").length === 4);
    assert.deepEqual(events(boss, "r"), WHOLE);
    // The same run again is the same result, and is not begun again.
    assert.deepEqual(await call(boss.client, "use", {}, options), { ...result, summary });
    assert.equal(await call(boss.client, "starts", "r"), 1);
    assert.deepEqual(await call(boss.client, "has", "r"), [true, false]);
    assert.deepEqual(await call(boss.client, "told"), [
      ["start", "r", "starting"],
      ["finish", "r", "completed", summary],
    ]);
  },
};

const failures: Row = {
  name: "agent-tool-failures",
  async run(cell) {
    using boss = await connectTo(cell, { agent });
    const use = async (order: object, options: object) => {
      const { error, status } = (await call(boss.client, "use", order, options)) as {
        error?: string;
        status: string;
      };
      return [status, error];
    };
    assert.deepEqual(await use({ fail: "broken" }, { runId: "f" }), ["error", "broken"]);
    assert.deepEqual(await use({ endless: true }, { runId: "a", abortAfter: 50 }), [
      "aborted",
      "enough",
    ]);
    assert.deepEqual(await use({ endless: true }, { runId: "d", detached: true }), [
      "running",
      undefined,
    ]);
    assert.deepEqual(await use({}, { runId: "m", cap: 1 }), [
      "error",
      "maxConcurrentAgentTools (1) exceeded",
    ]);
    await call(boss.client, "cancel", "d", "stop it");
    await eventually("the end", () => events(boss, "d").at(-1)?.endsWith(" aborted"));
    assert.match(
      String(await call(boss.client, "use", {}, { detached: { onFinish: "no" } })),
      /not a method on MatrixBoss/,
    );
  },
};

const progress: Row = {
  name: "agent-tool-progress",
  async run(cell) {
    using boss = await connectTo(cell, { agent });
    const half = { type: "data-agent-progress", transient: true, data: { phase: "half", at: 5 } };
    const reached = { type: "data-agent-milestone", data: { name: "m", sequence: 1, at: 7 } };
    const chunks = [text("a"), JSON.stringify(half), JSON.stringify(reached), text("b")];
    await call(boss.client, "use", { chunks }, { runId: "p" });
    const told = (await call(boss.client, "told")) as unknown[][];
    assert.deepEqual(told.slice(1, 3), [
      ["progress", "p", "half"],
      ["progress", "p", "m"],
    ]);
    await eventually("the end", () => events(boss, "p").includes("3 finished"));
    const numbers = ["0 started", "1 chunk", "2 chunk", "2 chunk", "2 chunk", "3 finished"];
    assert.deepEqual(events(boss, "p"), numbers);
    await call(
      boss.client,
      "use",
      { chunks: [text("a")] },
      { runId: "q", eventDelivery: "terminal" },
    );
    await eventually("the end", () => events(boss, "q").length === 2);
    assert.deepEqual(events(boss, "q"), ["0 started", "2 finished"]);
  },
};

const detached: Row = {
  name: "agent-tool-detached",
  async run(cell) {
    using boss = await connectTo(cell, { agent });
    const order = { chunks: [text("a"), text("b")], pause: 20 };
    const begun = await call(boss.client, "use", order, {
      ...{ runId: "d", detached: { onFinish: "onDone" } },
    });
    assert.deepEqual(begun, { runId: "d", agentType: "MatrixTool", status: "running" });
    await eventually("the end", () => events(boss, "d").includes("3 finished"));
    await eventually("the word", () => true);
    for (let round = 0; round < 1000; round++) {
      if (((await call(boss.client, "done")) as unknown[]).length > 0) break;
      await delay(20);
    }
    assert.deepEqual(await call(boss.client, "done"), [["d", "completed", null]]);
  },
};

const replay: Row = {
  name: "agent-tool-replay",
  async run(cell) {
    {
      using boss = await connectTo(cell, { agent });
      await call(boss.client, "use", { chunks: [text("a"), text("b")] }, { runId: "r" });
    }
    using later = await connectTo(cell, { agent });
    await eventually("the past", () => events(later, "r").length === 4);
    assert.deepEqual(
      events(later, "r"),
      WHOLE.map((event) => `replay ${event}`),
    );
  },
};

/** A detached run whose process ended is told of all the same, once. */
const restart: Row = {
  name: "agent-tool-restart",
  async before(cell) {
    using boss = await connectTo(cell, { agent });
    await call(boss.client, "use", { chunks: [text("a")] }, { runId: "done" });
    await call(
      boss.client,
      "use",
      { endless: true },
      { runId: "d", detached: { onFinish: "onDone" } },
    );
  },
  async run(cell) {
    using boss = await connectTo(cell, { agent });
    assert.deepEqual(await call(boss.client, "has", "done"), [true, false]);
    await call(boss.client, "cancel", "d", "stop it");
    for (let round = 0; round < 1000; round++) {
      if (((await call(boss.client, "done")) as unknown[]).length > 0) break;
      await delay(20);
    }
    assert.deepEqual(await call(boss.client, "done"), [["d", "aborted", null]]);
  },
};

export const agentToolRows: readonly Row[] = [
  ...[runs, failures, progress, detached, replay, restart],
];
