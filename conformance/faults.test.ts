import { afterAll, beforeAll, expect, test } from "vitest";
import { allFaults } from "./src/faults/all.ts";
import { formatFaults, isCaught } from "./src/faults/report.ts";
import { type FaultResult, runFaults } from "./src/faults/run.ts";
import { endHosts } from "./src/hosts/running.ts";

let results: ReadonlyMap<string, FaultResult>;

beforeAll(async () => {
  results = new Map((await runFaults()).map((item) => [item.fault.name, item]));
}, 1_800_000);

afterAll(endHosts);

test.each(allFaults.map(({ name }) => name))("a host with %s is found out", (name) => {
  const result = results.get(name)!;
  expect(isCaught(result), formatFaults([result])).toBe(true);
});
