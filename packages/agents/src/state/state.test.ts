import { expect, test, vi } from "vitest";
import { memorySql } from "../../test/support/fakes.ts";
import { testServices } from "../../test/support/services.ts";
import { State } from "./state.ts";

test("a state of its own: initial value, validation, hook, storage", () => {
  const world = testServices();
  const onChanged = vi.fn();
  const validateStateChange = vi.fn(({ n }: { n: number }) => {
    if (n < 0) throw new Error("no");
  });
  const options = { initialState: { n: 1 }, onChanged, validateStateChange };
  const state = world.install(new State<{ n: number }>(options));
  expect(state.get()).toEqual({ n: 1 });
  state.set({ n: 2 });
  expect(() => state.set({ n: -1 })).toThrow("no");
  expect(onChanged.mock.calls).toEqual([
    [{ n: 1 }, "server"],
    [{ n: 2 }, "server"],
  ]);
  const { memory } = world;
  const next = testServices({ memory }).install(new State<{ n: number }>(options));
  expect(next.get()).toEqual({ n: 2 });
});

test("without an initial state there is none", () => {
  const world = testServices();
  expect(world.install(new State()).get()).toBeUndefined();
  expect(world.memory.sql("SELECT name FROM sqlite_master")).toEqual([]);
});

test("a change stands, however its hook fails", async () => {
  const error = vi.spyOn(console, "error").mockReset().mockReturnValue();
  const world = testServices();
  const hooks = [
    () => {
      throw new Error("at once");
    },
    () => Promise.reject(new Error("later")),
  ];
  for (const onChanged of hooks) {
    const state = world.install(new State<number>({ onChanged }));
    state.set(5);
    expect(state.get()).toBe(5);
  }
  await Promise.all(world.background);
  expect(error).toHaveBeenCalledTimes(2);
});

test("rows of old versions leave the state's table, once", async () => {
  const memory = memorySql();
  memory.sql("CREATE TABLE cf_agents_state (id TEXT PRIMARY KEY NOT NULL, state TEXT)");
  memory.sql(
    `INSERT INTO cf_agents_state VALUES ('cf_state_row_id', '7'), ('cf_schema_version', '11'),
       ('cf_state_was_changed', 'true')`,
  );
  const world = testServices({ memory });
  const state = world.install(new State());
  await state.onStart();
  expect(memory.sql("SELECT * FROM cf_agents_state")).toEqual([
    { id: "cf_state_row_id", state: "7" },
  ]);
  expect([world.kv.get("cf_agents:schema_version"), state.get()]).toEqual([11, 7]);
  const before = memory.statements.length;
  await state.onStart();
  expect(memory.statements.slice(before).every((text) => text.startsWith("SELECT"))).toBe(true);
});

test("is of no use before it is installed", () => {
  expect(() => new State().get()).toThrow(
    expect.objectContaining({
      code: "capability_not_installed",
      message: "State must be installed with Lifecycle.use() before use",
    }),
  );
});
