import { expect, test } from "vitest";
import { formatApiReport, type Mark, markDifferences } from "./judge.ts";
import { compareAgent, normalize } from "./observe.ts";
import { compareNames } from "./surface.ts";

test("the first fitting mark counts, a difference without one is a bug", () => {
  const marks: Mark[] = [
    { match: "export:agents#Mcp*", owner: "mcp" },
    { match: "extra-*", deliberate: "added" },
    { match: "table:*", owner: "nobody" },
  ];
  const ids = ["export:agents#McpClient", "extra-export:x#Y", "export:agentsXMcp"];
  const report = markDifferences(
    ids.map((id) => ({ id, detail: "" })),
    marks,
  );
  expect(report.differences.map(({ mark }) => mark?.match)).toEqual([
    "export:agents#Mcp*",
    "extra-*",
    undefined,
  ]);
  expect(report.bugs.map(({ id }) => id)).toEqual(["export:agentsXMcp"]);
  expect(report.unused).toEqual(["table:*"]);
  expect(formatApiReport(report)).toContain("3 differences: 2 marked, 1 bugs");
});

test("missing names and values that became types are differences", () => {
  const theirs = new Map([
    ["A", "value"],
    ["B", "type"],
    ["C", "value"],
  ] as const);
  const ours = new Map([
    ["A", "type"],
    ["C", "value"],
  ] as const);
  expect(compareNames("agents", theirs, ours).map(({ id }) => id)).toEqual([
    "export:agents#A",
    "export:agents#B",
  ]);
});

test("frames and tables are compared by name", () => {
  const theirs = { frames: new Map([["f", "1"]]), tables: new Map([["t", "T"]]) };
  const ours = { frames: new Map([["f", "2"]]), tables: new Map([["u", "U"]]) };
  expect(compareAgent("A", theirs, ours).map(({ id }) => id)).toEqual([
    "frame:A.f",
    "table:A.t",
    "extra-table:A.u",
  ]);
});

test("DDL is compared without regard to white space", () => {
  const text = normalize("CREATE TABLE IF NOT EXISTS t (\n  a TEXT, -- why\n  b INTEGER\n)");
  expect(text).toBe("CREATE TABLE t(a TEXT,b INTEGER)");
});
