import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Call, killAtEachStep } from "./support/crash.ts";

const fixture = fileURLToPath(new URL("./fixtures/family.ts", import.meta.url).href);

/** Waits until no deletion is under way. */
async function settled(call: Call): Promise<void> {
  for (;;) {
    const owners = (await call("owners")) as [string][];
    if (!owners.some(([capability]) => capability === "dynamic-agents")) return;
    await call("hurry", 10_000);
    await delay(20);
  }
}

const NOTHING = { value: null, plans: [], state: { n: 0 } };

test("a deletion that is killed at any step leaves the child whole, or nothing of it", async () => {
  const seen = await killAtEachStep({
    ...{ fixture, className: "Parent", stride: 2 },
    async prepare(call, steps) {
      for (const name of [`a${steps}`, `a${steps}b`]) await call("child", name, "keep", name);
      await call("child", `a${steps}`, "inner", "in", "keep", "inside");
    },
    run: (call, steps) => call("removeUntil", steps, [`a${steps}`]),
    async check(call, steps) {
      await settled(call);
      const name = `a${steps}`;
      const owners = JSON.stringify(await call("owners"));
      expect(owners).toContain(`Parent:mine/Child:${name}b"`);
      const isThere = ((await call("children")) as string[]).includes(`Child:${name}`);
      const kept = await call("child", name, "kept");
      const inside = await call("child", name, "inner", "in", "kept");
      if (isThere) {
        expect(kept).toMatchObject({ value: name, plans: [name], state: { n: 1 } });
        expect(inside).toMatchObject({ value: "inside", plans: ["inside"] });
        return "whole";
      }
      expect(owners).not.toContain(`Parent:mine/Child:${name}"`);
      expect(owners).not.toContain(`Parent:mine/Child:${name}/`);
      expect([kept, inside]).toMatchObject([NOTHING, NOTHING]);
      return "gone";
    },
  });
  // Killed both before the deletion was certain and after; the last one was not killed.
  expect([...new Set(seen)].sort()).toEqual(["gone", "whole"]);
  expect(seen.at(-1)).toBe("gone");
}, 900_000);

test("so does a deletion further inside, whose parent is a child itself", async () => {
  const seen = await killAtEachStep({
    ...{ fixture, className: "Parent", stride: 3 },
    async prepare(call, steps) {
      await call("child", "a", "inner", `in${steps}`, "keep", "inside");
    },
    run: (call, steps) => call("removeUntil", steps, ["a", `in${steps}`]),
    async check(call, steps) {
      await settled(call);
      const name = `in${steps}`;
      const owners = JSON.stringify(await call("owners"));
      const isThere = ((await call("child", "a", "children")) as string[]).includes(name);
      const kept = await call("child", "a", "inner", name, "kept");
      if (isThere) {
        expect(kept).toMatchObject({ value: "inside", plans: ["inside"] });
        return "whole";
      }
      expect(owners).not.toContain(`/Child:${name}"`);
      expect(kept).toMatchObject(NOTHING);
      return "gone";
    },
  });
  expect([...new Set(seen)].sort()).toEqual(["gone", "whole"]);
  expect(seen.at(-1)).toBe("gone");
}, 900_000);
