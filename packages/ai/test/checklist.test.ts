import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AnswerHeader, OLD_HEADERS, RequestHeader } from "../src/gateway/wire.ts";

const packages = join(import.meta.dirname, "../..");
const docs = join(packages, "../docs");
const text = readFileSync(join(docs, "ai-checklist.md"), "utf8");

/** Each test that the checklist names: the file it is in, and how its title begins. */
function namedTests(): [file: string, title: string][] {
  return text.split("\n").flatMap((line) => {
    let file = "";
    return [...line.matchAll(/`([\w./-]+(?:\.test|-suite)\.tsx?)`|"([^"]+)"/g)].flatMap(
      ([, path, title]): [string, string][] => {
        if (path) file = path;
        return title && file ? [[file, title]] : [];
      },
    );
  });
}

/** The first column of the table below a heading. */
function rowsOf(markdown: string, heading: string): string[] {
  const [, section = ""] = markdown.split(`\n## ${heading}\n`);
  const lines = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => /^\|/.test(line));
  return lines.slice(2).map((line) => line.split("|")[1]?.trim() ?? "");
}

test("every test that the checklist names exists", () => {
  const named = namedTests();
  expect(named.length).toBeGreaterThan(130);
  const missing = named.filter(([file, title]) => {
    const path = join(packages, file);
    return !existsSync(path) || !readFileSync(path, "utf8").includes(title);
  });
  expect(missing).toEqual([]);
});

test("every line that says that something is there names its test", () => {
  const claims = text.split("\n").filter((line) => /\| (?:done|better|different) +\|/.test(line));
  const bare = claims.filter((line) => !/\.test\.ts`|engine-suite\.ts`/.test(line));
  expect(claims.length).toBeGreaterThan(90);
  expect(bare.map((line) => line.split("|")[1]?.trim())).toEqual([
    "`pgvector`: a real server",
    "names of deleted indexes",
  ]);
});

test("every header that a gateway reads or answers has a line", () => {
  const rows = rowsOf(text, "Its headers").join(" ");
  const headers = [RequestHeader, AnswerHeader].flatMap((names) => Object.values(names));
  for (const header of [...headers, ...Object.keys(OLD_HEADERS)]) {
    expect(rows).toContain(`\`${header}\``);
  }
});

/** The features of the service's gateway. Source: `platform.md` 4.3. */
const FEATURES = [
  ...["Caching", "Rate limits", "Retries", "Time-outs", "Fallback", "Dynamic routes"],
  ...["Authentication", "Stored keys", "Logs", "Costs", "Budgets", "Feedback"],
  ...["Guardrails", "Data loss prevention", "Redaction", "WebSockets", "Streams"],
];

test("every feature has a line in the documentation's table, and one with its tests", () => {
  const documented = rowsOf(readFileSync(join(docs, "gateway.md"), "utf8"), "What it does");
  expect(documented).toEqual(FEATURES);
  const rows = rowsOf(text, "Its features");
  for (const feature of FEATURES) expect(rows).toContain(feature);
});
