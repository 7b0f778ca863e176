import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { type Connected, call, connectTo, within } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";

const agent = "MatrixDurable";

function fetchAgent({ name, url }: Cell, path: string): Promise<Response> {
  const address = new URL(`/agents/matrix-durable/${name}${path}`, url);
  return within(60_000, path, fetch(address));
}

/** Asks again until the answer is right. */
async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (let round = 0; round < 1000; round++) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    await delay(50);
  }
  throw new Error(`the answer stays ${JSON.stringify(await ask())}`);
}

const ENDS: unknown[] = ["completed", "failed", "cancelled"];

/** Asks again until the task has come to an end. */
function taskEnd({ client }: Connected, id: string): Promise<unknown> {
  return until(
    async () => (await call(client, "taskOf", id)) as [string, unknown, unknown],
    ([state]) => ENDS.includes(state),
  );
}

type Snapshot = { readonly state: string } & Readonly<Record<string, unknown>>;

/** Begins a task; how it stands when it has ended, or waits if that is asked for. */
async function taskFor(
  { client }: Connected,
  definition: string,
  input: unknown,
  states: unknown[] = ENDS,
): Promise<Snapshot> {
  const options = { runId: `${definition} ${JSON.stringify(input)}` };
  await call(client, "beginTask", definition, input, options);
  const ask = () => call(client, "task", options.runId) as Promise<Snapshot>;
  return until(ask, ({ state }) => states.includes(state));
}

const tasks: Row = {
  name: "tasks",
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

/** A step that the restart interrupts is known to the handler afterwards. */
const taskInterrupted: Row = {
  name: "task-interrupted",
  async before(cell) {
    using client = await connectTo(cell, { agent });
    await taskFor(client, "hang", null, ["running"]);
    await delay(200);
  },
  async run(cell) {
    using client = await connectTo(cell, { agent });
    const { result } = await until(
      () => call(client.client, "task", "hang null") as Promise<Snapshot>,
      ({ state }) => state === "completed",
    );
    assert.equal(result, "hang 1");
  },
};

const taskControl: Row = {
  name: "task-control",
  async run(cell) {
    using connected = await connectTo(cell, { agent });
    const { client } = connected;
    const begin = (...args: unknown[]) => call(client, "beginTask", ...args);
    const named = { runId: "r", idempotencyKey: "k", metadata: { by: "row" } };
    assert.deepEqual(await begin("nap", 60_000, named), { runId: "r", accepted: true });
    assert.deepEqual(await begin("nap", 1, { idempotencyKey: "k" }), {
      ...{ runId: "r", accepted: false },
    });
    assert.deepEqual(await begin("echo", 1, { runId: "r" }), {
      refused:
        'Task run "r" already belongs to definition "nap"; refusing to reuse its run ID for "echo"',
    });
    assert.deepEqual(await begin("none", 1), {
      refused: 'Unknown Task definition "none": not declared on this Tasks',
    });
    const waiting = { runId: "r", definition: "nap", metadata: { by: "row" }, state: "waiting" };
    assert.deepEqual(
      await until(
        () => call(client, "task", "r") as Promise<Snapshot>,
        ({ state }) => state === "waiting",
      ),
      { ...waiting, reason: "sleep", wakeAt: "number" },
    );
    assert.equal(await call(client, "cancelTask", "r", "enough"), true);
    assert.equal(await call(client, "cancelTask", "r"), false);
    assert.deepEqual(await call(client, "task", "r"), {
      ...{ ...waiting, state: "cancelled", reason: "enough", settledAt: "number" },
    });
    assert.deepEqual(await taskFor(connected, "echo", { deep: [1, null] }), {
      ...{ runId: 'echo {"deep":[1,null]}', definition: "echo", state: "completed" },
      result: [{ deep: [1, null] }, 'echo {"deep":[1,null]}:echo'],
      settledAt: "number",
    });
    assert.deepEqual(await call(client, "listTasks", { definition: "nap" }), [["r", "cancelled"]]);
    assert.deepEqual(await call(client, "listTasks", { status: ["waiting"] }), []);
    assert.equal(await call(client, "deleteTasks"), 2);
    assert.equal(await call(client, "task", "r"), null);
  },
};

const taskErrors: Row = {
  name: "task-errors",
  async run(cell) {
    using client = await connectTo(cell, { agent });
    const errorOf = async (definition: string, input: unknown) => {
      const { error } = (await taskFor(client, definition, input)) as { error?: object };
      return error as { name: string; message: string } | undefined;
    };
    assert.deepEqual(await errorOf("fail", "throw"), { name: "RangeError", message: "thrown" });
    assert.deepEqual(await errorOf("fail", "final"), {
      ...{ name: "NonRetryableError", message: "final" },
    });
    assert.deepEqual(await errorOf("fail", "retries"), {
      ...{ name: "TypeError", message: "attempt 2" },
    });
    assert.deepEqual(await errorOf("fail", "time"), {
      ...{ name: "Error", message: 'Step "slow" attempt 1 timed out after 20ms' },
    });
    const duplicate = await errorOf("fail", "twice");
    assert.equal(duplicate?.name, "DuplicateTaskStepError");
    assert.match(duplicate.message, /^Step name "a" was already used in this run\./);
    const unserializable = await errorOf("fail", "json");
    assert.equal(unserializable?.name, "TaskSerializationError");
    assert.match(unserializable.message, /^Cannot serialize result of step "big" in run /);
    const diverged = await errorOf("diverge", null);
    assert.equal(diverged?.name, "TaskReplayDivergedError");
    assert.match(diverged.message, /journaled as a sleep step but replayed as a do step/);
  },
};

const taskParallel: Row = {
  name: "task-parallel",
  async run(cell) {
    using client = await connectTo(cell, { agent });
    const { result } = await taskFor(client, "both", null);
    assert.deepEqual(result, ["nap", "work"]);
  },
};

async function expectRecovery(cell: Cell, fiber: string): Promise<void> {
  using client = await connectTo(cell, { agent });
  const found = await until(
    () => call(client.client, "fiber", fiber) as Promise<unknown[]>,
    ([, status]) => status === "completed",
  );
  assert.deepEqual(found, ["long", "completed", { at: "half" }]);
  assert.deepEqual(await call(client.client, "events"), ['recovered long {"at":"half"}']);
}

/** Resets the object, and waits until another activation answers: one about to end takes sockets, too. */
async function reset(cell: Cell): Promise<void> {
  const first = await (await fetchAgent(cell, "/reset")).text();
  const ask = () => fetchAgent(cell, "/activation").catch(() => undefined);
  const next = async (answer?: Response) => answer?.ok && (await answer.text()) !== first;
  await until(async () => next(await ask()), Boolean);
}

const fibers: Row = {
  name: "fibers",
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
    await reset(cell);
    await expectRecovery(cell, fiber);
  },
};

const fiberRestart: Row = {
  name: "fiber-restart",
  async before(cell) {
    using client = await connectTo(cell, { agent });
    kept.set(cell.name, String(await call(client.client, "begin")));
  },
  run: (cell) => expectRecovery(cell, kept.get(cell.name) ?? ""),
};

const fiberControl: Row = {
  name: "fiber-control",
  async run(cell) {
    using client = await connectTo(cell, { agent });
    assert.deepEqual(await call(client.client, "fiberControl"), {
      accepted: [true, false, true],
      ended: [true, "aborted", "enough", { from: "test" }],
      failed: ["mine", "error", "broke"],
      listed: ["broken", "slow"],
      cancelledAgain: false,
      resolved: false,
      deleted: 2,
      left: null,
    });
  },
};

export const durableRows: readonly Row[] = [
  ...[tasks, taskRestart, taskInterrupted, taskControl, taskErrors, taskParallel],
  ...[fibers, fiberRestart, fiberControl],
];
