import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfig } from "./parse.ts";
import { plainSource } from "./plain-json.ts";

const FILE = "/app/wrangler.jsonc";
const plain = (text: string) => plainSource(FILE, text)?.value;

function precise(text: string): unknown {
  try {
    return parseConfig(FILE, text).value;
  } catch {
    return undefined;
  }
}

describe("a configuration read without the parser", () => {
  test.each([
    '{ "a": 1, // one\n "b": [1, 2,], /* , */ }',
    '{ "a": "// no \\" comment, }", "b": "/* none */", }',
    '{ "a": [1 /* , */ , // x\r ] , }',
    '{ "__proto__": { "a": 1 }, "a": 1, "a": 2 }',
    '{ // \u2028 "a": 1,\n "b": 2 }',
    "{}",
  ])("is what the parser makes of it: %s", (text) => {
    expect(plain(text)).toEqual(precise(text));
    expect(plain(text)).toBeDefined();
  });

  test.each([
    "",
    "[1]",
    "{ , }",
    '{ "a": [,] }',
    '{ "a": [1,,] }',
    '{ "a":, }',
    '{ "a": 1 /* }',
    '{ "a": "\n" }',
    "{ 'a': 1 }",
    `{ "a": ${"[".repeat(3000)}${"]".repeat(3000)} }`,
  ])("is left to the parser: %s", (text) => {
    expect(plain(text)).toBeUndefined();
  });

  test("never differs from what the parser reads", () => {
    const piece = fc.constantFrom(
      ...['{ "a": ', "{", "}", "[", "]", ",", ":", '"', '"b"', "\\", "//", "/*", "*/", "\n"],
      ...["\r", " ", "\u2028", "\u00a0", "1", "-0", "1e3", "01", "null", "true", "x", "\\u0041"],
    );
    const text = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(""));
    const wrapped = text.map((inside) => `{ "k": [${inside}], }`);
    fc.assert(
      fc.property(fc.oneof(text, wrapped), (tried) => {
        const found = plain(tried);
        if (found !== undefined) expect(found).toEqual(precise(tried));
      }),
      { numRuns: 5000 },
    );
  });
});
