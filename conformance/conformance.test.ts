import { afterAll, beforeAll, expect, test } from "vitest";
import { endHosts } from "./src/hosts/running.ts";
import { loadCatalogue } from "./src/programs/catalogue.ts";
import { formatReport } from "./src/programs/report.ts";
import { type Judged, runConformance } from "./src/programs/run.ts";

const programs = await loadCatalogue();
let judged: ReadonlyMap<string, Judged>;

beforeAll(async () => {
  judged = new Map((await runConformance([], false)).map((item) => [item.path, item]));
}, 1_800_000);

afterAll(endHosts);

test.each(programs.map(({ path, program }) => [path, program.title]))("%s: %s", (path) => {
  const item = judged.get(path)!;
  const failure = item.verdict.status === "failed" ? `\n${formatReport([item])}` : "";
  expect(failure).toBe("");
});
