import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseWranglerArguments } from "./wrangler-flags.ts";

let cwd = "";

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "freehold-flags-"));
  writeFileSync(join(cwd, "worker.ts"), "");
});

afterAll(() => rmSync(cwd, { recursive: true }));

const parse = (line: string) => parseWranglerArguments(line.split(" ").filter(Boolean), cwd);

it.each([
  ["dev --port 0", "port", ["0"]],
  ["dev --port=0", "port", ["0"]],
  ["dev --persist-to /a --port 1", "persist-to", ["/a"]],
  ["dev --persistTo /a", "persist-to", ["/a"]],
  ["dev -c w.jsonc", "config", ["w.jsonc"]],
  ["dev -c=w.jsonc", "config", ["w.jsonc"]],
  ["dev -cw.jsonc", "config", ["w.jsonc"]],
  ["dev --config a --config b", "config", ["a", "b"]],
  ["dev -e live", "env", ["live"]],
  ["dev --env= --port 0", "env", [""]],
  ["dev --var A:1 B:2 --var C:3", "var", ["A:1", "B:2", "C:3"]],
  ["dev --var A:-1 --local", "var", ["A:-1"]],
  ["dev --compatibility-flag a --compatibility-flags b c", "compatibility-flags", ["a", "b", "c"]],
  ["dev --local", "local", ["true"]],
  ["dev -l", "local", ["true"]],
  ["dev --local false", "local", ["false"]],
  ["dev --no-show-interactive-dev-session", "show-interactive-dev-session", ["false"]],
  ["dev --port", "port", []],
])("%s: %s is %j", (line, name, values) => {
  const { flags, command, warnings } = parse(line);
  expect([command, flags.texts(name), warnings]).toEqual(["dev", values, []]);
});

it.each([
  ["dev worker.ts", ["worker.ts"]],
  ["dev --local worker.ts", ["worker.ts"]],
  ["--port 0 dev worker.ts", ["worker.ts"]],
  ["dev --x-new worker.ts", ["worker.ts"]],
  ["dev --x-new value worker.ts", ["worker.ts"]],
  ["dev --x-new missing.ts", []],
  ["dev -- worker.ts --port", ["worker.ts", "--port"]],
])("%s leaves %j", (line, rest) => {
  expect([parse(line).command, parse(line).rest]).toEqual(["dev", rest]);
});

it("names what has no effect, and is silent where nothing is lost", () => {
  const silent = [
    ...[
      "--local",
      "--inspector-port 0",
      "--inspector-ip 127.0.0.1",
      "--log-level none",
      "--latest",
    ],
    ...["--no-bundle", "--minify", "--remote=false", "--local-protocol http", "--no-live-reload"],
  ];
  expect(parse(`dev ${silent.join(" ")}`).warnings).toEqual([]);
  expect(
    parse("dev --remote --local-protocol https --define A:1 -x --brand-new=5").warnings,
  ).toEqual([
    "--remote has no effect here.",
    "--local-protocol has no effect here.",
    "--define has no effect here.",
    "-x is not known here and has no effect.",
    "--brand-new is not known here and has no effect.",
  ]);
});

it("has its switches on or off", () => {
  expect(parse("dev --test-scheduled").flags.isOn("test-scheduled")).toBe(true);
  expect(parse("dev --test-scheduled=false").flags.isOn("test-scheduled")).toBe(false);
  expect(parse("dev").flags.isOn("test-scheduled")).toBe(false);
});
