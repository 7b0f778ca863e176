import { expect, test } from "vitest";
import {
  afterReload,
  FEWEST_RELOADS,
  type Growth,
  isOutgrown,
  MOST_GROWTH_BYTES,
} from "./growth.ts";

const MIB = 1024 * 1024;

function reloaded(times: number, bytes: (reload: number) => number): Growth {
  let growth: Growth | undefined;
  for (let reload = 1; reload <= times; reload++) growth = afterReload(growth, bytes(reload));
  return growth as Growth;
}

test("growth counts from the first reload on", () => {
  const growth = reloaded(100, (reload) => (100 + reload) * MIB);
  expect(growth).toEqual({ reloads: 100, base: 101 * MIB });
  expect(isOutgrown(growth, growth.base + MOST_GROWTH_BYTES)).toBe(false);
  expect(isOutgrown(growth, growth.base + MOST_GROWTH_BYTES + 1)).toBe(true);
});

test("few reloads are not to blame, however large the process is", () => {
  const few = reloaded(FEWEST_RELOADS - 1, () => 100 * MIB);
  expect(isOutgrown(few, 10_000 * MIB)).toBe(false);
  expect(isOutgrown(afterReload(few, 0), 10_000 * MIB)).toBe(true);
});
