import { expect, test } from "vitest";
import { fileLimit, syncLatency } from "./doctor-machine.ts";

test.each([
  [100, "bad"],
  [1024, "warning"],
  [65_536, "good"],
])("a limit of %d open files is %s", (limit, level) => {
  expect(fileLimit(limit)).toMatchObject({ level, code: "FILE_LIMIT" });
  expect(fileLimit(limit).help === undefined).toBe(level === "good");
});

test.each([
  [0.001, "warning"],
  [0.3, "good"],
  [80, "warning"],
])("a sync of %d ms is %s", (ms, level) => {
  expect(syncLatency(ms)).toMatchObject({ level, code: "SYNC_LATENCY" });
});
