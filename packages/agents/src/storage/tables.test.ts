import { expect, test } from "vitest";
import { memorySql } from "../../test/support/fakes.ts";
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
