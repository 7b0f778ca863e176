import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { FreeholdError } from "@freehold/host";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { placeIn } from "../runtime/source-map.ts";
import { withSourcePlaces } from "../runtime/source-places.ts";
import { failureLines } from "./report.ts";

const folder = mkdtempSync(join(tmpdir(), "fh-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (error: unknown) => failureLines(error).map(stripVTControlCharacters);

function failed(message: string, ...places: readonly string[]): Error {
  const error = new Error(message);
  error.stack = [`Error: ${message}`, ...places.map((place) => `    at ${place}`)].join("\n");
  return error;
}

test("of a stack only what is the author's own is told", () => {
  const cause = failed(
    "boom",
    "own (/app/src/a.ts:1:2)",
    "theirs (file:///app/node_modules/x/y.js:3:4)",
    "node:internal/modules:5:6",
    "new Promise (<anonymous>)",
  );
  const known = new FreeholdError("SOME_CODE", "It failed.", { help: "Do this.", cause });
  expect(lines(known)).toEqual([
    "error It failed. (SOME_CODE)",
    "      Do this.",
    "      at own (/app/src/a.ts:1:2)",
  ]);
  // Bundlers put the stacks of several errors into one message.
  const bundled = failed("Build failed:\n\nbad\n    at x (/app/node_modules/y.js:1:2)\nworse");
  expect(lines(bundled)).toEqual(["error Build failed:\n\nbad\nworse"]);
  // Colours are for terminals, which this is not.
  expect(failureLines(failed("\u001b[31mred\u001b[0m"))).toEqual(["error red"]);
});

test("what the system refuses is told in a sentence", () => {
  const refused = Object.assign(failed("EACCES: permission denied, open '/x'", "a (/b.ts:1:1)"), {
    code: "EACCES",
    syscall: "open",
  });
  const [head, help, ...rest] = lines(refused);
  expect(head).toBe("error EACCES: permission denied, open '/x'");
  expect(help).toMatch(/right to it/);
  expect(rest).toEqual([]);
  expect(lines("just a text")).toEqual(["error just a text"]);
});

test("places in a bundle are told as places in its sources", async () => {
  const source = join(folder, "source.ts");
  const file = join(folder, "worker.mjs");
  writeFileSync(
    source,
    "interface Gone { a: 1 }\n\nexport const f = () => { throw new Error('x') };",
  );
  await build({ entryPoints: [source], outfile: file, format: "esm", sourcemap: true });
  const text = `at f (file://${file}?v=2:2:9), /nowhere/at.js:1:1`;
  // Would take minutes if it were searched from each of its slashes.
  expect(withSourcePlaces("/x.js".repeat(20_000))).toHaveLength(100_000);
  expect(withSourcePlaces(text)).toMatch(/^at f \(.*\/source\.ts:3:\d+\), \/nowhere\/at\.js:1:1$/);
  // Everywhere the place that Node's own class finds.
  const map: SourceMapPayload = JSON.parse(readFileSync(`${file}.map`, "utf8"));
  const nodes = new SourceMap(map);
  for (const [row, code] of readFileSync(file, "utf8").split("\n").entries()) {
    for (let column = 0; column < code.length; column += 1) {
      const found = nodes.findEntry(row, column);
      const there = "originalLine" in found && found.generatedLine === row;
      const expected = there && { line: found.originalLine + 1, column: found.originalColumn + 1 };
      expect(placeIn(map, row + 1, column + 1) ?? false).toEqual(
        expected && { source: "source.ts", ...expected },
      );
    }
  }
});
