import { beforeAll, expect, test } from "vitest";
import { loadCatalogue } from "./src/programs/catalogue.ts";
import { formatReport } from "./src/programs/report.ts";
import { type Judged, runConformance } from "./src/programs/run.ts";

const programs = await loadCatalogue();
let judged: ReadonlyMap<string, Judged>;

beforeAll(async () => {
  judged = new Map((await runConformance([], false)).map((item) => [item.path, item]));
}, 180_000);

test.each(programs.map(({ path, program }) => [path, program.title]))("%s: %s", (path) => {
  const item = judged.get(path)!;
  const failure = item.verdict.status === "failed" ? `\n${formatReport([item])}` : "";
  expect(failure).toBe("");
});
