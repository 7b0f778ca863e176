import { afterEach, beforeEach, expect, test } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { evictDurableObject } from "../support/hosted.ts";
import { told } from "./workers/told.ts";

/** The behaviours of state that an implementation easily gets wrong, by their numbers. */

let running: Behaving;

beforeEach(async () => {
  told.length = 0;
  running = await behave(() => import("./workers/state.ts"), ["Counter", "Bare", "TwoHooks"]);
});
afterEach(() => running.worker.stop());

interface Bare {
  put(value: unknown): Promise<void>;
  now(): Promise<unknown>;
}
interface Counter {
  read(): Promise<number>;
  set(count: number): Promise<void>;
}

const STATE_ROWS = "SELECT id, state FROM cf_agents_state";
const HAS_TABLE = "SELECT name FROM sqlite_master WHERE name = 'cf_agents_state'";
const changed = () => told.filter((event) => Array.isArray(event) && event[0] === "changed");

test("1. the initial state is stored once, when it is first read, and never applied again", async () => {
  const counter = running.agent<Counter>("Counter", "a");
  await running.inside("Counter", "a", () => undefined);
  expect(await running.rows("Counter", "a", HAS_TABLE)).toEqual([]);
  expect([await counter.read(), await counter.read()]).toEqual([0, 0]);
  const rows = await running.rows("Counter", "a", STATE_ROWS);
  expect(rows).toEqual([{ id: "cf_state_row_id", state: '{"count":0}' }]);
  await counter.set(5);
  await evictDurableObject(counter);
  expect(await counter.read()).toBe(5);
  expect(await running.rows("Counter", "a", STATE_ROWS)).toHaveLength(1);
});

test.each([[null], [0], [false], [""]])(
  "2. the state %j is a state, also after a wake",
  async (value) => {
    const bare = running.agent<Bare>("Bare", "a");
    await bare.put(value);
    await evictDurableObject(bare);
    expect(await bare.now()).toBe(value);
  },
);

test("3. without an initial state there is none, and no row, until one is set", async () => {
  const bare = running.agent<Bare>("Bare", "a");
  expect(await bare.now()).toBeUndefined();
  expect(await running.rows("Bare", "a", HAS_TABLE)).toEqual([]);
  await bare.put({ a: 1 });
  expect(await running.rows("Bare", "a", STATE_ROWS)).toHaveLength(1);
});

test("4. a row that cannot be read gives way to the initial state, or goes", async () => {
  const counter = running.agent<Counter>("Counter", "a");
  const bare = running.agent<Bare>("Bare", "a");
  await counter.set(5);
  await bare.put("kept");
  for (const [binding, stub] of [
    ["Counter", counter],
    ["Bare", bare],
  ] as const) {
    await running.rows(binding, "a", "UPDATE cf_agents_state SET state = '{broken'");
    await evictDurableObject(stub);
  }
  expect([await counter.read(), await bare.now()]).toEqual([0, undefined]);
  expect(await running.rows("Counter", "a", STATE_ROWS)).toEqual([
    { id: "cf_state_row_id", state: '{"count":0}' },
  ]);
  expect(await running.rows("Bare", "a", STATE_ROWS)).toEqual([]);
});

test("4. the two rows of old versions are read, then cleaned up", async () => {
  const bare = running.agent<Bare>("Bare", "old");
  await bare.put(null);
  await running.rows(
    "Bare",
    "old",
    "INSERT INTO cf_agents_state (id, state) VALUES ('cf_state_was_changed', 'true')",
  );
  await evictDurableObject(bare);
  await running.inside("Bare", "old", (agent) => agent.lifecycle.start());
  expect(await bare.now()).toBeNull();
  expect(await running.rows("Bare", "old", STATE_ROWS)).toEqual([
    { id: "cf_state_row_id", state: "null" },
  ]);
});

test("5. a refused change is stored and sent to nobody; the sender alone is told", async () => {
  const [one, two] = [
    await running.connect("counter/a?_pk=1"),
    await running.connect("counter/a?_pk=2"),
  ];
  await one.take(3);
  await two.take(3);
  told.length = 0;
  one.send('{"type":"cf_agent_state","state":{"count":-1}}');
  expect(await one.take(1)).toEqual([
    { type: "cf_agent_state_error", error: "State update rejected" },
  ]);
  const refused = running.agent<Counter>("Counter", "a").set(-2);
  await expect(refused).rejects.toThrow("no negative counts");
  await running.agent<Counter>("Counter", "a").set(3);
  expect(await two.take(1)).toMatchObject([{ state: { count: 3 } }]);
  expect(changed()).toEqual([["changed", 3, "server", '{"count":3}']]);
});

test("6. the hook runs after storing and sending, and its failure undoes neither", async () => {
  const [one, two] = [
    await running.connect("counter/a?_pk=1"),
    await running.connect("counter/a?_pk=2"),
  ];
  await one.take(3);
  await two.take(3);
  told.length = 0;
  one.send('{"type":"cf_agent_state","state":{"count":666}}');
  expect(await two.take(1)).toMatchObject([{ state: { count: 666 } }]);
  expect(await running.agent<Counter>("Counter", "a").read()).toBe(666);
  expect(told).toEqual([["validate", 666, "1"], ["changed", 666, "1", '{"count":666}'], ["error"]]);
});

test("6. a class with both names of the hook is refused", async () => {
  const answer = await running.fetch("/agents/two-hooks/a");
  expect(answer.status).toBe(500);
  expect(told).toEqual([]);
});

test("7. a client's change goes to the others, a server's to all, read-only ones included", async () => {
  const one = await running.connect("counter/a?_pk=1");
  const two = await running.connect("counter/a?_pk=2&readonly");
  const quiet = await running.connect("counter/a?_pk=3&quiet");
  await one.take(3);
  await two.take(3);
  one.send('{"type":"cf_agent_state","state":{"count":1}}');
  expect(await two.take(1)).toMatchObject([{ state: { count: 1 } }]);
  await running.agent<Counter>("Counter", "a").set(2);
  expect(await two.take(1)).toMatchObject([{ state: { count: 2 } }]);
  // Nothing came in between: the sender's own change is not sent back.
  expect(await one.take(1)).toMatchObject([{ state: { count: 2 } }]);
  expect(await quiet.call("read")).toMatchObject([{ result: 2 }]);
});

test("8. a read-only connection reads, is refused what it writes, and can be let go", async () => {
  const socket = await running.connect("counter/a?_pk=1&readonly");
  await socket.take(3);
  const readonly = { error: "Connection is readonly" };
  socket.send('{"type":"cf_agent_state","state":{"count":1}}');
  expect(await socket.take(1)).toMatchObject([{ type: "cf_agent_state_error", ...readonly }]);
  expect(await socket.call("set", 1)).toMatchObject([{ success: false, ...readonly }]);
  expect(await socket.call("read")).toMatchObject([{ success: true, result: 0 }]);
  await socket.call("flip", false);
  expect(await socket.call("set", 1)).toMatchObject([{ success: true }]);
});

test("8. the flag survives a wake and the connection's own state, and is never shown", async () => {
  const socket = await running.connect("counter/a?_pk=1&readonly");
  await socket.take(3);
  expect(await socket.call("keep", 7)).toMatchObject([{ result: { before: 7 } }]);
  await evictDurableObject(running.agent("Counter", "a"));
  expect(await socket.call("set", 1)).toMatchObject([{ error: "Connection is readonly" }]);
  expect(await socket.call("keep", { mine: true })).toMatchObject([
    { result: { before: { mine: true } } },
  ]);
  expect(await socket.call("set", 1)).toMatchObject([{ error: "Connection is readonly" }]);
});
