import { describe, expect, it } from "vitest";
import { parseFilter } from "./filter.ts";

describe("parseFilter", () => {
  it("reads scalars, operators, lists and ranges", () => {
    expect(
      parseFilter({
        a: "x",
        b: { $ne: null },
        "c.d": { $in: [1, true] },
        e: { $gt: 1, $lte: 2 },
      }),
    ).toEqual([
      { property: "a", operator: "eq", value: "x" },
      { property: "b", operator: "ne", value: null },
      { property: "c.d", operator: "in", values: [1, true] },
      { property: "e", operator: "gt", value: 1 },
      { property: "e", operator: "lte", value: 2 },
    ]);
    expect(parseFilter(undefined)).toEqual([]);
    expect(parseFilter({ a: 1, b: undefined, c: { $gt: undefined, $lt: 2 } })).toEqual([
      { property: "a", operator: "eq", value: 1 },
      { property: "c", operator: "lt", value: 2 },
    ]);
  });

  it("compares the first 64 bytes of a text, whole characters only", () => {
    const text = `${"x".repeat(63)}é`;
    expect(parseFilter({ a: text })).toEqual([
      { property: "a", operator: "eq", value: "x".repeat(63) },
    ]);
  });

  it.each([
    ["a text", "x", "must be an object"],
    ["nothing in it", {}, "must not be empty"],
    ["nothing that is defined", { a: undefined }, "must not be empty"],
    ["an empty key", { "": 1 }, "must not be empty"],
    ["an operator as key", { $and: [] }, "must not begin with $"],
    ["a quote in a key", { 'a"': 1 }, "must not begin with $"],
    ["a long key", { ["k".repeat(513)]: 1 }, "at most 512 characters"],
    ["a list as value", { a: [1] }, "must be a scalar, null, or an object"],
    ["an unknown operator", { a: { $like: "x" } }, 'unknown operator "$like"'],
    ["two lower bounds", { a: { $gt: 1, $gte: 2 } }, "one lower and one upper bound"],
    ["a bound with an equality", { a: { $gt: 1, $eq: 2 } }, "one lower and one upper bound"],
    ["an empty list", { a: { $in: [] } }, "must be a list of scalars"],
    ["a list of objects", { a: { $in: [{}] } }, "must be a list of scalars"],
    ["a bound of null", { a: { $lt: null } }, "must not be null"],
    ["an infinite number", { a: Number.POSITIVE_INFINITY }, "must be finite"],
    ["too much", { a: "x".repeat(2048) }, "fewer than 2048"],
  ])("refuses %s", (_, filter, words) => {
    expect(() => parseFilter(filter)).toThrow(words);
  });
});
