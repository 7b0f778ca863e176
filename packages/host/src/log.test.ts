import { expect, test } from "vitest";
import { createLogger, type LogLevel } from "./log.ts";

function capture(pretty: boolean, level?: LogLevel) {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const now = () => Date.UTC(2026, 0, 2);
  return { lines, log: createLogger({ now, write, pretty, ...(level && { level }) }) };
}

test("one JSON object a line, for machines", () => {
  const { lines, log } = capture(false);
  log.info("started", { port: 80, deep: { a: { b: 1 } }, none: null });
  log.debug("too fine");
  log.error("failed", { error: new Error("no\nnewline ends a line") });
  const [first = "", second = ""] = lines;
  expect(JSON.parse(first)).toEqual({
    level: "info",
    time: "2026-01-02T00:00:00.000Z",
    message: "started",
    port: 80,
    deep: "{ a: { b: 1 } }",
    none: null,
  });
  expect(lines).toHaveLength(2);
  expect(second).not.toContain("\n");
  expect(JSON.parse(second).error).toMatch(/^Error: no\nnewline ends a line\n {4}at /);
});

test("words for people", () => {
  const { lines, log } = capture(true, "warn");
  log.info("not important");
  log.warn("careful", { count: 2, who: "me" });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/warn.* careful .*count=2.*who=me/);
});

test("nothing that is logged is too large or breaks the logger", () => {
  const { lines, log } = capture(false);
  const circular: Record<string, unknown> = { text: "x".repeat(1_000_000) };
  circular.self = circular;
  log.warn("x".repeat(100_000), { circular, symbol: Symbol("s"), big: 10n, wrong: "\ud800" });
  expect(lines[0]?.length).toBeLessThan(17_000);
  const hostile = Object.defineProperty(new Error("x"), "stack", {
    get: () => {
      throw new Error("gotcha");
    },
  });
  log.error("still here", { hostile });
  expect(lines[1]).toContain("still here");
});
