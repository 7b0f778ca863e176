import { expect, test } from "vitest";
import { parseIgnoreRules } from "./asset-ignore.ts";

// The lines of a file, a path, and whether git ignores it.
test.each([
  ["secret.txt", "/secret.txt", true],
  ["secret.txt", "/deep/secret.txt", true],
  ["secret.txt", "/secret.txt.bak", false],
  ["/secret.txt", "/secret.txt", true],
  ["/secret.txt", "/deep/secret.txt", false],
  ["deep/secret.txt", "/deep/secret.txt", true],
  ["deep/secret.txt", "/very/deep/secret.txt", false],
  ["*.map", "/js/app.js.map", true],
  ["*.map", "/map", false],
  ["node_modules", "/node_modules/a/b.js", true],
  ["node_modules/", "/x/node_modules/b.js", true],
  ["node_modules/", "/node_modules", false],
  ["build/*.txt", "/build/a.txt", true],
  ["build/*.txt", "/build/a/b.txt", false],
  ["**/logs", "/a/b/logs/c", true],
  ["logs/**", "/logs/a/b", true],
  ["a/**/z", "/a/z", true],
  ["a/**/z", "/a/b/c/z", true],
  ["?.js", "/a.js", true],
  ["?.js", "/ab.js", false],
  ["[ab].js", "/a.js", true],
  ["[!ab].js", "/a.js", false],
  ["[!ab].js", "/c.js", true],
  ["[z-a].js", "/z.js", false],
  ["*.js\n!keep.js", "/keep.js", false],
  ["*.js\n!keep.js", "/other.js", true],
  ["dir\n!dir/keep.js", "/dir/keep.js", true],
  ["!keep.js\n*.js", "/keep.js", true],
  ["# comment\n\n  \n/", "/a", false],
  ["\\#odd", "/#odd", true],
  ["\\!odd", "/!odd", true],
  ["a.b", "/aXb", false],
  ["trailing   ", "/trailing", true],
  ["one\r\ntwo\r\n", "/two", true],
  ["(", "/(", true],
  ["[", "/[", true],
])("%j and %s: %s", (lines, path, expected) => {
  expect(parseIgnoreRules(lines)(path)).toBe(expected);
});
