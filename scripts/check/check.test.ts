import { describe, expect, it } from "vitest";
import { type ArrowPackage, findArrowProblems } from "./arrows.ts";
import { findHygieneProblems } from "./hygiene.ts";
import { findLockProblems } from "./lock.ts";
import { findLargeFiles, findSizeProblems } from "./sizes.ts";
import { parseSource } from "./source.ts";

const PACKAGES: ArrowPackage[] = [
  ["agents", "@freehold/agents", ".", "./client"],
  ["host", "@freehold/host", "."],
  ["freehold", "freehold", ".", "./runtime"],
  ["transform", "@freehold/transform", ".", "./vite"],
  ["testing", "@freehold/testing", "."],
  ["create-freehold", "create-freehold"],
].map(([folder, name = "", ...subpaths]) => ({
  folder: `packages/${folder}`,
  manifest: { name, exports: Object.fromEntries(subpaths.map((subpath) => [subpath, {}])) },
}));

function arrows(files: Record<string, string>): string[] {
  const sources = Object.entries(files).map(([path, text]) => parseSource(path, text));
  return findArrowProblems(sources, PACKAGES);
}

describe("arrows", () => {
  it.each([
    ["packages/freehold/src/a.ts", "@freehold/host"],
    ["packages/freehold/src/a.ts", "@freehold/transform/vite"],
    ["packages/agents/src/vite/a.ts", "@freehold/transform/vite"],
    ["packages/testing/src/a.ts", "freehold/runtime"],
    ["packages/host/src/a.test.ts", "@freehold/agents/client"],
    ["packages/create-freehold/template/src/a.ts", "@freehold/agents"],
    ["conformance/run.ts", "@freehold/host"],
    ["packages/host/src/a.ts", "ws"],
  ])("%s may import %s", (path, specifier) => {
    expect(arrows({ [path]: `import { a } from "${specifier}";` })).toEqual([]);
  });

  it.each([
    ["packages/host/src/a.ts", "@freehold/agents", "may import no package of ours"],
    ["packages/agents/src/a.ts", "@freehold/transform/vite", "may import no package of ours"],
    ["packages/testing/src/a.ts", "freehold", "may import only freehold/runtime"],
    ["packages/freehold/src/a.ts", "@freehold/host/src/host.ts", "does not export"],
    ["packages/freehold/src/a.ts", "../../host/src/host.ts", "reaches into packages/host"],
    ["packages/freehold/src/a.test.ts", "../../host/src/host.ts", "reaches into packages/host"],
    ["conformance/run.ts", "../packages/host/src/host.ts", "reaches into packages/host"],
    ["packages/create-freehold/template/src/a.ts", "@freehold/host", "may import only"],
  ])("%s may not import %s", (path, specifier, problem) => {
    for (const code of [
      `\nimport { a } from "${specifier}";`,
      `\nimport type { A } from "${specifier}";`,
      `\nexport * from "${specifier}";`,
      `\nawait import("${specifier}");`,
    ]) {
      const problems = arrows({ [path]: code });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(problem);
      expect(problems[0]).toContain(`${path}:2 `);
    }
  });

  it("wants a line for every package", () => {
    const extra = { folder: "packages/extra", manifest: { name: "@freehold/extra" } };
    expect(findArrowProblems([], [extra])).toEqual([
      "packages/extra: @freehold/extra has no line in the arrows",
    ]);
  });

  it("finds cycles that exist at run time, and only those", () => {
    const cycle = { "packages/host/src/a.ts": 'import "./b.ts";' };
    expect(arrows({ ...cycle, "packages/host/src/b.ts": 'export { a } from "./a.ts";' })).toEqual([
      "cycle: packages/host/src/a.ts → packages/host/src/b.ts → packages/host/src/a.ts",
    ]);
    const types = 'import type { A } from "./a.ts"; import { type B } from "./a.ts";';
    expect(arrows({ ...cycle, "packages/host/src/b.ts": types })).toEqual([]);
  });

  it("keeps an index to re-exports", () => {
    const path = "packages/host/src/index.ts";
    const good = 'export * from "./a.ts";\nexport { b, type C } from "./b.ts";\nexport {};';
    expect(arrows({ [path]: good })).toEqual([]);
    expect(arrows({ [path]: "export const a = 1;" })).toHaveLength(1);
    expect(arrows({ [path]: 'import { a } from "./a.ts";\nexport { a };' })).toHaveLength(2);
    expect(arrows({ [path]: "export {};\nconsole.log(1);" })).toHaveLength(1);
  });
});

describe("sizes", () => {
  const lines = (count: number) => parseSource("packages/host/src/a.ts", "a;\n".repeat(count));
  const classWith = (path: string, methods: number, body = "") => {
    const members = Array.from({ length: methods }, (_, index) => `m${index}() {${body}}`);
    return parseSource(path, `class A {\n${members.join("\n")}\n}`);
  };

  it("limits files to 600 lines and mentions those above 300", () => {
    expect(findSizeProblems([lines(600)])).toEqual([]);
    expect(findLargeFiles([lines(300)])).toEqual([]);
    expect(findLargeFiles([lines(301)])).toEqual(["packages/host/src/a.ts (301)"]);
    expect(findSizeProblems([lines(601)])).toEqual([
      "packages/host/src/a.ts has 601 lines; at most 600",
    ]);
  });

  it("limits classes to 25 methods", () => {
    expect(findSizeProblems([classWith("packages/host/src/a.ts", 25)])).toEqual([]);
    expect(findSizeProblems([classWith("packages/host/src/a.ts", 26)])).toHaveLength(1);
  });

  it("lets Agent have many members of at most three lines", () => {
    const path = "packages/agents/src/agent.ts";
    expect(findSizeProblems([classWith(path, 40, "\na;\nb;\nc;\n")])).toEqual([]);
    expect(findSizeProblems([classWith(path, 2, "\na;\nb;\nc;\nd;\n")])).toHaveLength(2);
  });
});

describe("lock", () => {
  const lock = {
    packages: { "packages/a": { name: "a", dependencies: { x: "1" } }, "node_modules/x": {} },
  };

  it("agrees with the manifests or says where not", () => {
    expect(findLockProblems(lock, () => ({ name: "a", dependencies: { x: "1" } }))).toEqual([]);
    expect(findLockProblems(lock, () => ({ name: "a", dependencies: { x: "2" } }))).toEqual([
      "packages/a/package.json: dependencies differs from package-lock.json; run npm install",
    ]);
    expect(findLockProblems(lock, () => ({ name: "a" }))).toHaveLength(1);
  });
});

describe("hygiene", () => {
  const problems = (code: string, path = "packages/host/src/a.ts") =>
    findHygieneProblems([parseSource(path, code)]);

  it.each([
    "Date.now()",
    "new Date()",
    "Math.random()",
    "setTimeout(run, 1)",
    "globalThis.setInterval(run, 1)",
    "globalThis.Date.now()",
    `// ${"TO"}DO later`,
    `/* ${"FIX"}ME */`,
    `// ${"@ts"}-ignore`,
  ])("refuses %s", (code) => {
    expect(problems(`\n${code}`)).toEqual([expect.stringContaining("packages/host/src/a.ts:2 ")]);
  });

  it.each([
    "new Date(5)",
    "clock.setTimeout(run, 1)",
    "clock.now()",
    'const text = "TODO, Date.now()"',
  ])("allows %s", (code) => {
    expect(problems(code)).toEqual([]);
  });

  it.each([
    "packages/host/src/clock.ts",
    "packages/host/src/random.ts",
    "packages/agents/src/client/a.ts",
    "packages/agents/src/react/a.tsx",
    "packages/agents/src/chat/react/a.tsx",
    "packages/host/src/a.test.ts",
    "bench/run.ts",
  ])("allows the real clock in %s", (path) => {
    expect(problems("Date.now()", path)).toEqual([]);
  });

  it("reports a file that cannot be parsed", () => {
    expect(problems("const = 1")).toHaveLength(1);
  });
});
