import { describe, expect, test, vi } from "vitest";
import { memorySql } from "../../test/support/fakes.ts";
import { NO_INITIAL_STATE, StateStore } from "./store.ts";

function setUp(initial: unknown = NO_INITIAL_STATE, memory = memorySql()) {
  const told: unknown[] = [];
  const sql = memory.reopen();
  const host = {
    initial: () => initial,
    validate: vi.fn(),
    changed: (next: unknown, json: string, source: unknown) => told.push([next, json, source]),
  };
  return { memory, told, host, state: new StateStore(host, () => sql) };
}

const rows = ({ sql }: ReturnType<typeof memorySql>) =>
  sql("SELECT id, state FROM cf_agents_state");

describe("without an initial state", () => {
  test("there is none, and nothing is stored", () => {
    const { state, memory } = setUp();
    expect(state.get()).toBeUndefined();
    expect(state.json()).toBeUndefined();
    expect(memory.sql("SELECT name FROM sqlite_master")).toEqual([]);
  });

  test.each([null, 0, false, "", { a: 1 }])("%j is a state and survives a restart", (value) => {
    const { state, memory, told } = setUp();
    state.set(value, "server");
    expect(told).toEqual([[value, JSON.stringify(value), "server"]]);
    expect(setUp({ never: true }, memory).state.get()).toEqual(value);
  });
});

describe("with an initial state", () => {
  test("it is stored once, when first read", () => {
    const { state, memory, told } = setUp({ n: 0 });
    expect(memory.statements).toEqual([]);
    expect([state.get(), state.get()]).toEqual([{ n: 0 }, { n: 0 }]);
    expect(told).toEqual([[{ n: 0 }, '{"n":0}', "server"]]);
    expect(rows(memory)).toEqual([{ id: "cf_state_row_id", state: '{"n":0}' }]);
    expect(setUp({ n: 5 }, memory).state.get()).toEqual({ n: 0 });
  });

  test("takes the place of a stored one that cannot be read", () => {
    const { state, memory } = setUp({ n: 0 });
    state.get();
    memory.sql("UPDATE cf_agents_state SET state = '{broken'");
    const error = vi.spyOn(console, "error").mockReturnValue();
    expect(setUp({ n: 7 }, memory).state.get()).toEqual({ n: 7 });
    expect(rows(memory)).toEqual([{ id: "cf_state_row_id", state: '{"n":7}' }]);
    memory.sql("UPDATE cf_agents_state SET state = '{broken'");
    expect(setUp(NO_INITIAL_STATE, memory).state.get()).toBeUndefined();
    expect(rows(memory)).toEqual([]);
    error.mockRestore();
  });

  test("may be read by the hook that validates it", () => {
    const { state, host } = setUp({ n: 0 });
    host.validate.mockImplementation(() => expect(state.get()).toEqual({ n: 0 }));
    expect(state.get()).toEqual({ n: 0 });
    expect(host.validate).toHaveBeenCalledTimes(1);
  });
});

describe("its table", () => {
  test("is made once, and changes cost one statement", () => {
    const { state, memory } = setUp();
    state.set(1, "server");
    const before = memory.statements.length;
    for (const next of [2, 3]) state.set(next, "server");
    expect(memory.statements.length - before).toBe(2);
    expect(rows(memory)).toEqual([{ id: "cf_state_row_id", state: "3" }]);
    const again = setUp(NO_INITIAL_STATE, memory);
    again.state.set(4, "server");
    expect(memory.statements.filter((sql) => sql.startsWith("CREATE"))).toHaveLength(1);
  });

  test("is made again when it has gone", () => {
    const { state, memory } = setUp();
    memory.sql("BEGIN");
    state.set(1, "server");
    memory.sql("ROLLBACK");
    state.set(2, "server");
    memory.sql("DROP TABLE cf_agents_state");
    state.set(3, "server");
    expect(rows(memory)).toEqual([{ id: "cf_state_row_id", state: "3" }]);
  });
});

describe("a change that fails leaves everything as it was", () => {
  test.each([
    ["validation", (host: { validate: ReturnType<typeof vi.fn> }) => host.validate, { n: 2 }],
  ])("in %s", (_what, mock, next) => {
    const { state, memory, told, host } = setUp({ n: 1 });
    state.get();
    mock(host).mockImplementation(() => {
      throw new Error("refused");
    });
    expect(() => state.set(next, "server")).toThrow("refused");
    expect([state.get(), told.length]).toEqual([{ n: 1 }, 1]);
    expect(rows(memory)).toEqual([{ id: "cf_state_row_id", state: '{"n":1}' }]);
  });

  test.each([[undefined], [{ big: 1n }], [() => 1]])("for %o, which JSON cannot carry", (next) => {
    const { state, told } = setUp({ n: 1 });
    state.get();
    expect(() => state.set(next, "server")).toThrow(
      expect.objectContaining({ code: "state_not_serializable" }),
    );
    expect([state.get(), told.length]).toEqual([{ n: 1 }, 1]);
  });
});
