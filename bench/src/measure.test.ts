import { expect, test } from "vitest";
import { assertSynced } from "./measure.ts";

test("a durable scenario fails when its server counted no sync", () => {
  const scenario = { name: "state-seq" };
  expect(() => assertSynced(scenario, { syncs_per_op: 0 })).toThrow(
    "state-seq: writes were answered without any sync",
  );
  expect(() => assertSynced(scenario, { syncs_per_update: 0 })).toThrow("without any sync");
  assertSynced(scenario, { syncs_per_op: 0.06 });
  // workerd says nothing.
  assertSynced(scenario, { syncs_per_op: null });
});
