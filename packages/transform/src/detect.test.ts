import { describe, expect, it } from "vitest";
import { containsDecorator } from "./detect.ts";

describe("containsDecorator", () => {
  it.each([
    ["on its own line", "class A {\n  @callable()\n  greet() {}\n}"],
    ["on one line", "class A { @callable() greet() {} }"],
    ["before a class", "@sealed class A {}"],
    ["after export", "export @sealed class A {}"],
    ["in an expression", "const A = (@sealed class {})"],
    ["parenthesised", "class A { @(make('x')) greet() {} }"],
    ["private", "class A { @tracked #count = 0 }"],
    ["second of two", "class A { @one @two() greet() {} }"],
    [
      "after a comment that ends on its line",
      "class A { x() {}\n/** says hi */ @callable() y() {} }",
    ],
    ["after a line that ends a comment", "class A {\n/**\n * says hi */ @callable() y() {} }"],
    ["after the bare end of a comment", "class A {\n/**\n * Says hi.\n */ @callable() y() {} }"],
    ["after a glob that looks like a comment", 'const glob = "**/*.ts";\n@sealed class A {}'],
    ["named outside ASCII", "@été class A {}"],
  ])("finds a decorator %s", (_, code) => {
    expect(containsDecorator(code)).toBe(true);
  });

  it.each([
    ["a JSDoc tag", "/**\n * @param name who\n */\nfunction f(name) {}"],
    ["a one-line JSDoc tag", "/** @internal */\nexport const a = 1;"],
    ["a line comment", "// @vitest-environment node\nexport {};"],
    ["a scoped package", 'import { Agent } from "@freehold/agents";'],
    ["an address", "const to = 'someone@example.org';"],
    ["no sign at all", "export const a = 1;"],
  ])("passes over %s", (_, code) => {
    expect(containsDecorator(code)).toBe(false);
  });
});
