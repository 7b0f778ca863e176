import { expect, test } from "vitest";
import { formatTable } from "./table.ts";

test("columns are as wide as their widest cell", () => {
  expect(formatTable(["area", "n"], [["kv", "10"], ["transactions"]])).toBe(
    ["area           n", "────────────  ──", "kv            10", "transactions"].join("\n"),
  );
});
