import { expect, it } from "vitest";
import { isId, limits, newId, toTitle } from "./protocol.ts";

it("names are long, random and fit for an address", () => {
  const names = Array.from({ length: 100 }, newId);
  expect(names.every(isId)).toBe(true);
  expect(new Set(names).size).toBe(100);
  expect(isId("home")).toBe(false);
  expect(isId(undefined)).toBe(false);
});

it("titles are one line, and not too long", () => {
  expect(toTitle("  What is\n the weather? ")).toBe("What is the weather?");
  expect(toTitle("a".repeat(200))).toHaveLength(limits.title);
});
