import { beforeAll, expect, test } from "vitest";
import { allFaults } from "./src/faults/all.ts";
import { formatFaults, isCaught } from "./src/faults/report.ts";
import { type FaultResult, runFaults } from "./src/faults/run.ts";

let results: ReadonlyMap<string, FaultResult>;

beforeAll(async () => {
  results = new Map((await runFaults()).map((item) => [item.fault.name, item]));
}, 300_000);

test.each(allFaults.map(({ name }) => name))("a host with %s is found out", (name) => {
  const result = results.get(name)!;
  expect(isCaught(result), formatFaults([result])).toBe(true);
});
