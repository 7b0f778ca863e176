import { describe, expect, test } from "vitest";
import type { MigrationStep } from "../config/wrangler.ts";
import { type ClassState, planClasses, type WantedClasses } from "./plan.ts";

const NOTHING: ClassState = { tag: undefined, classes: [] };

function wanted(parts: Partial<WantedClasses>): WantedClasses {
  return { worker: "app", migrations: [], declarations: [], bound: [], ...parts };
}

function step(tag: string, parts: Partial<MigrationStep> = {}): MigrationStep {
  return { tag, created: [], renamed: [], deleted: [], ...parts };
}

const sqlite = (className: string) => ({ className, storage: "sqlite" }) as const;
const keyValue = (className: string) => ({ className, storage: "key-value" }) as const;

const V1 = step("v1", { created: [sqlite("Room"), keyValue("Old")] });
const V2 = step("v2", { renamed: [{ from: "Room", to: "Chat" }] });
const V3 = step("v3", { created: [sqlite("Room")], deleted: ["Old"] });

describe("migrations", () => {
  test("are applied once, in order; a renamed class keeps its namespace", () => {
    const first = planClasses(NOTHING, wanted({ migrations: [V1] }));
    expect(first).toEqual({
      state: {
        tag: "v1",
        classes: [
          { ...sqlite("Room"), namespace: "app-Room" },
          { ...keyValue("Old"), namespace: "app-Old" },
        ],
      },
      erased: [],
    });
    expect(planClasses(first.state, wanted({ migrations: [V1] }))).toEqual(first);
    const third = planClasses(first.state, wanted({ migrations: [V1, V2, V3] }));
    expect(third).toEqual({
      state: {
        tag: "v3",
        classes: [
          { ...sqlite("Chat"), namespace: "app-Room" },
          { ...sqlite("Room"), namespace: "app-Room.2" },
        ],
      },
      erased: ["app-Old"],
    });
    expect(planClasses(NOTHING, wanted({ migrations: [V1, V2, V3] }))).toEqual(third);
  });

  test("that a data directory has seen must still be there", () => {
    const at = (tag: string): ClassState => ({ tag, classes: [] });
    const unknown = { code: "MIGRATION_UNKNOWN" };
    expect(() => planClasses(at("v2"), wanted({ migrations: [V1] }))).toThrow(
      expect.objectContaining(unknown),
    );
    expect(planClasses(at("v2"), wanted({})).state.tag).toBe("v2");
  });

  test.each<[string, ClassState, Partial<WantedClasses>]>([
    ["a rename of nothing", NOTHING, { migrations: [V2] }],
    ["a deletion of nothing", NOTHING, { migrations: [step("v", { deleted: ["A"] })] }],
    [
      "a rename onto another class",
      NOTHING,
      {
        migrations: [
          step("v1", { created: [sqlite("A"), sqlite("B")] }),
          step("v2", { renamed: [{ from: "A", to: "B" }] }),
        ],
      },
    ],
    [
      "another kind of storage",
      { tag: undefined, classes: [{ ...sqlite("A"), namespace: "app-A" }] },
      { migrations: [step("v1", { created: [keyValue("A")] })] },
    ],
    [
      "another kind of storage by declaration",
      { tag: undefined, classes: [{ ...keyValue("A"), namespace: "app-A" }] },
      { declarations: [{ state: "created", ...sqlite("A") }] },
    ],
  ])("refuse %s", (_what, state, parts) => {
    expect(() => planClasses(state, wanted(parts))).toThrow(
      expect.objectContaining({ code: "MIGRATION_IMPOSSIBLE" }),
    );
  });
});

describe("declarations and bindings", () => {
  test("say what should be, and change nothing when it is so", () => {
    const declarations = [
      { state: "renamed", className: "Room", to: "Chat" },
      { state: "deleted", className: "Old" },
      { state: "created", ...sqlite("Chat") },
    ] as const;
    const before = planClasses(NOTHING, wanted({ migrations: [V1] })).state;
    const after = planClasses(before, wanted({ declarations }));
    expect(after.state.classes).toEqual([{ ...sqlite("Chat"), namespace: "app-Room" }]);
    expect(after.erased).toEqual(["app-Old"]);
    expect(planClasses(after.state, wanted({ declarations }))).toEqual({
      state: after.state,
      erased: [],
    });
  });

  test("give a class that is only bound SQL, and a namespace of its own", () => {
    const { state } = planClasses(NOTHING, wanted({ bound: ["$A", "A$2", "$A"] }));
    expect(state.classes.map(({ namespace }) => namespace)).toEqual(["app-.A", "app-A.2"]);
    const taken: ClassState = { tag: "v", classes: [{ ...sqlite("B"), namespace: "app-A" }] };
    const names = planClasses(taken, wanted({ bound: ["A$2", "A"] })).state.classes;
    expect(new Set(names.map(({ namespace }) => namespace)).size).toBe(3);
  });
});
