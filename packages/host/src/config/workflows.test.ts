import { describe, expect, test } from "vitest";
import { parseConfig } from "./parse.ts";
import { FieldReader } from "./reader.ts";
import { workflows } from "./workflows.ts";

function read(entries: unknown): { readonly found: unknown; readonly warnings: string[] } {
  const text = JSON.stringify({ name: "app", workflows: entries });
  const source = parseConfig("/app/wrangler.json", text);
  const warnings: string[] = [];
  return { found: workflows(new FieldReader(source, [], source.value), warnings), warnings };
}

const ORDERS = { binding: "ORDERS", name: "orders", class_name: "Orders" };

describe("workflows of a configuration", () => {
  test("are read with their limits and schedules", () => {
    expect(read(undefined)).toEqual({ found: [], warnings: [] });
    expect(read([{ ...ORDERS, limits: { steps: 5 }, schedules: "0 * * * *" }]).found).toEqual([
      {
        ...{ binding: "ORDERS", name: "orders", className: "Orders" },
        ...{ stepLimit: 5, schedules: ["0 * * * *"] },
      },
    ]);
    expect(read([{ ...ORDERS, concurrency: { limit: 10 } }]).found).toMatchObject([
      { concurrency: 10 },
    ]);
    expect(read([{ ...ORDERS, schedules: ["0 * * * *", "5 4 * * 1"] }]).found).toMatchObject([
      { schedules: ["0 * * * *", "5 4 * * 1"] },
    ]);
  });

  test("of other Workers are left out with a warning", () => {
    const { found, warnings } = read([{ ...ORDERS, script_name: "other" }]);
    expect(found).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("ORDERS belongs to another Worker (other)")]);
    expect(read([{ ...ORDERS, script_name: "app" }]).found).toHaveLength(1);
  });

  test.each([
    [[{ ...ORDERS, name: "no spaces" }]],
    [[{ ...ORDERS, name: "a".repeat(65) }]],
    [[{ ...ORDERS, name: "../orders" }]],
    [[{ ...ORDERS, class_name: "not a name" }]],
    [[{ ...ORDERS, limits: { steps: 0 } }]],
    [[{ ...ORDERS, limits: { steps: 25_001 } }]],
    [[{ ...ORDERS, limits: { steps: "5" } }]],
    [[{ ...ORDERS, concurrency: { limit: 0 } }]],
    [[{ ...ORDERS, concurrency: { limit: "5" } }]],
    [[{ ...ORDERS, schedules: "every day" }]],
    [[ORDERS, ORDERS]],
    [[ORDERS, { ...ORDERS, binding: "OTHER", class_name: "Other" }]],
    [[{ binding: "ORDERS" }]],
    ["orders"],
  ])("refuses %j", (entries) => {
    expect(() => read(entries)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
  });
});
