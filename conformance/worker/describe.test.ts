import { expect, test } from "vitest";
import { describe as text } from "./describe.ts";

class Point {
  x = 1;
}

class CodedError extends Error {
  override name = "CodedError";
  code = 7;
}

test.each([
  [undefined, "undefined"],
  [null, "null"],
  [-0, "-0"],
  [Number.NaN, "NaN"],
  [5n, "5n"],
  ['a "quote"', '"a \\"quote\\""'],
  [[1, undefined], "[1, undefined]"],
  [Object.assign(Array(2), { 1: 1 }), "[<hole>, 1]"],
  [{ a: undefined }, "{ a: undefined }"],
  [Object.create(null), "[null] {}"],
  [new Point(), "Point { x: 1 }"],
  [new Map([["a", new Set([1])]]), 'Map{"a" => Set{1}}'],
  [new Date(0), "Date(1970-01-01T00:00:00.000Z)"],
  [new Date(Number.NaN), "Date(invalid)"],
  [new Uint8Array([1, 255]).subarray(1), "Uint8Array[ff]"],
  [new Uint8Array([1]).buffer, "ArrayBuffer[01]"],
  [() => 1, "[function]"],
])("%o is told as %s", (value, expected) => {
  expect(text(value)).toBe(expected);
});

test("an error is told with its class, name, message and own fields, without its stack", () => {
  expect(text(new RangeError("out"))).toBe('RangeError("out")');
  const remote = Object.assign(new Error("x"), { remote: true, durableObjectId: "abc" });
  expect(text(remote)).toBe('Error("x") { remote: true }');
  const dom = new DOMException("z", "DataCloneError");
  expect(text(dom)).toBe('DOMException name=DataCloneError("z") { code: 25 }');
  expect(text(new CodedError("y"))).toBe('CodedError("y") { code: 7 }');
});

test("ids and references are masked, cycles end, long texts are cut", () => {
  expect(text(`id ${"0a".repeat(32)}`)).toBe('"id <id>"');
  expect(text("internal error; reference = abc123")).toContain("reference = <reference>");
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  expect(text(circle)).toBe("{ self: [circular] }");
  expect(text("x".repeat(1000)).length).toBeLessThan(300);
});
