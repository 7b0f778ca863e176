import { expect, test } from "vitest";
import { memorySql } from "../../test/support/fakes.ts";
import { mayNeedMoving } from "./legacy.ts";

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
