import { expect, test } from "vitest";
import { readArguments } from "./arguments.ts";

test("lists are split, flags are named, unknown options are refused", () => {
  const read = readArguments(["--json", "--only", "a, b", "--only", "c", "--live"], ["live"]);
  expect(read).toEqual({ json: true, only: ["a", "b", "c"], flags: new Set(["live"]) });
  expect(readArguments([])).toEqual({ json: false, only: [], flags: new Set() });
  expect(() => readArguments(["--live"])).toThrow();
});
