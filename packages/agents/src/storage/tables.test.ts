import { expect, test } from "vitest";
import { memorySql } from "../../test/support/fakes.ts";
import { RunStore as ToolRunStore } from "../agent-tools/store.ts";
import { FiberStore } from "../fibers/store.ts";
import { JobStore } from "../jobs/store.ts";
import { SubAgentRegistry } from "../sub-agents/registry.ts";
import { RunStore as TaskRunStore } from "../tasks/store.ts";
import type { SqlRunner } from "./sql.ts";
import { mayNeedMoving, wasThere } from "./tables.ts";

test("tables of old versions are looked for once, and again only where there was one", () => {
  const { sql, statements } = memorySql();
  const ask = () =>
    (["cf_agents_schedules", "cf_agents_queues", "cf_agents_state"] as const).map((table) =>
      mayNeedMoving(sql, table),
    );
  expect([ask(), ask(), statements.length]).toEqual([
    [false, false, false],
    [false, false, false],
    1,
  ]);
  const other = memorySql();
  other.sql("CREATE TABLE cf_agents_queues (id TEXT)");
  expect(mayNeedMoving(other.sql, "cf_agents_queues")).toBe(true);
  other.sql("DROP TABLE cf_agents_queues");
  expect(mayNeedMoving(other.sql, "cf_agents_queues")).toBe(false);
});

test("what a life of an object found stands for the rest of it", () => {
  const { sql, statements } = memorySql();
  sql("CREATE TABLE cf_agents_jobs (id TEXT)");
  expect([wasThere(sql, "cf_agents_jobs"), wasThere(sql, "cf_agents_state")]).toEqual([
    true,
    false,
  ]);
  sql("CREATE TABLE cf_agents_state (id TEXT)");
  expect([wasThere(sql, "cf_agents_state"), statements.length]).toEqual([false, 3]);
});

/** Stores that make their table with their first row; what each stores one with. */
const WRITERS: readonly [table: string, make: (sql: SqlRunner) => (id: string) => void][] = [
  [
    "cf_agents_jobs",
    (sql) => {
      const store = new JobStore(sql);
      return (id) => store.put(id, "owner", { fn: "work", time: 1 }, 1);
    },
  ],
  [
    "cf_agents_runs",
    (sql) => {
      const store = new FiberStore(sql);
      return (id) => store.addRun(id, "work", null, 1);
    },
  ],
  [
    "cf_agents_fibers",
    (sql) => {
      const store = new FiberStore(sql);
      const rest = { idempotency_key: null, name: "work", metadata_json: null };
      return (id) => store.addFiber({ fiber_id: id, ...rest }, 1);
    },
  ],
  [
    "cf_agents_task_runs",
    (sql) => {
      const store = new TaskRunStore(sql);
      const rest = { definition: "work", input: null, metadata: null, idempotencyKey: null };
      return (runId) => store.insert({ runId, ...rest, retain: true }, 1);
    },
  ],
  [
    "cf_agent_tool_runs",
    (sql) => {
      const store = new ToolRunStore(sql);
      const rest = { agent_type: "Tool", status: "starting", started_at: 1 } as const;
      return (id) => store.add({ run_id: id, ...rest });
    },
  ],
  [
    "cf_agents_sub_agents",
    (sql) => {
      const store = new SubAgentRegistry(sql);
      const rest = { className: "Child", createdAt: 1, identityName: "child" };
      return (name) => store.add({ name, ...rest }, "path-v2");
    },
  ],
];

test.each(WRITERS)("rows of %s are stored also after a rollback took the table", (table, make) => {
  const { sql } = memorySql();
  const write = make(sql);
  sql("BEGIN");
  write("gone");
  sql("ROLLBACK");
  for (const id of ["one", "two"]) write(id);
  expect(sql(`SELECT 1 FROM ${table}`)).toHaveLength(2);
});
