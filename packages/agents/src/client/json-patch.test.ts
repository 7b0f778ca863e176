import { describe, expect, it } from "vitest";
import { applyPatch, type PatchOperation } from "./json-patch.ts";

describe("applyPatch", () => {
  // The examples of RFC 6902, appendix A, that hold.
  it.each<[string, unknown, PatchOperation[], unknown]>([
    [
      "a member",
      { foo: "bar" },
      [{ op: "add", path: "/baz", value: "qux" }],
      { baz: "qux", foo: "bar" },
    ],
    [
      "an element",
      { foo: ["bar", "baz"] },
      [{ op: "add", path: "/foo/1", value: "qux" }],
      { foo: ["bar", "qux", "baz"] },
    ],
    ["removal", { baz: "qux", foo: "bar" }, [{ op: "remove", path: "/baz" }], { foo: "bar" }],
    [
      "removal from an array",
      { foo: ["bar", "qux", "baz"] },
      [{ op: "remove", path: "/foo/1" }],
      { foo: ["bar", "baz"] },
    ],
    [
      "replacement",
      { baz: "qux" },
      [{ op: "replace", path: "/baz", value: "boo" }],
      { baz: "boo" },
    ],
    [
      "a move",
      { foo: { bar: "baz", waldo: "fred" }, qux: { corge: "grault" } },
      [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
      { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
    ],
    [
      "a move in an array",
      { foo: ["all", "grass", "cows", "eat"] },
      [{ op: "move", from: "/foo/1", path: "/foo/3" }],
      { foo: ["all", "cows", "eat", "grass"] },
    ],
    [
      "a test that holds",
      { baz: "qux", foo: ["a", 2, "c"] },
      [
        { op: "test", path: "/baz", value: "qux" },
        { op: "test", path: "/foo/1", value: 2 },
      ],
      { baz: "qux", foo: ["a", 2, "c"] },
    ],
    [
      "a nested member",
      { foo: "bar" },
      [{ op: "add", path: "/child", value: { grandchild: {} } }],
      { foo: "bar", child: { grandchild: {} } },
    ],
    [
      "escapes",
      { "/": 9, "~1": 10 },
      [{ op: "test", path: "/~01", value: 10 }],
      { "/": 9, "~1": 10 },
    ],
    [
      "the end of an array",
      { foo: ["bar"] },
      [{ op: "add", path: "/foo/-", value: ["abc", "def"] }],
      { foo: ["bar", ["abc", "def"]] },
    ],
    ["the whole", { foo: 1 }, [{ op: "replace", path: "", value: [1] }], [1]],
    [
      "a copy",
      { a: { b: 1 } },
      [{ op: "copy", from: "/a", path: "/c" }],
      { a: { b: 1 }, c: { b: 1 } },
    ],
  ])("applies %s", (_what, before, patch, after) => {
    const kept = structuredClone(before);
    expect(applyPatch(before, patch)).toEqual(after);
    expect(before).toEqual(kept);
  });

  it.each<[string, unknown, unknown[]]>([
    ["a failed test", { baz: "qux" }, [{ op: "test", path: "/baz", value: "bar" }]],
    ["a parent that is not there", { foo: "bar" }, [{ op: "add", path: "/baz/bat", value: 1 }]],
    ["a replacement of nothing", {}, [{ op: "replace", path: "/a", value: 1 }]],
    ["an index outside", { a: [1] }, [{ op: "add", path: "/a/8", value: 1 }]],
    ["an index that is none", { a: [1] }, [{ op: "replace", path: "/a/01", value: 1 }]],
    ["a pointer that is none", { a: 1 }, [{ op: "add", path: "a", value: 1 }]],
    ["an unknown operation", {}, [{ op: "merge", path: "/a", value: 1 }]],
    ["an inherited member", {}, [{ op: "replace", path: "/toString", value: 1 }]],
    ["a prototype", {}, [{ op: "add", path: "/__proto__/polluted", value: 1 }]],
    ["removal of the whole", {}, [{ op: "remove", path: "" }]],
  ])("refuses %s", (_what, before, patch) => {
    expect(() => applyPatch(before, patch as PatchOperation[])).toThrow(RangeError);
  });

  it("makes `__proto__` a member, not a prototype", () => {
    const after = applyPatch({}, [{ op: "add", path: "/__proto__", value: { polluted: 1 } }]);
    expect(Object.keys(after as object)).toEqual(["__proto__"]);
    expect((after as { polluted?: number }).polluted).toBeUndefined();
  });

  it("shares what did not change", () => {
    const before = { a: { deep: [1] }, b: { deep: [2] } };
    const after = applyPatch(before, [{ op: "add", path: "/b/deep/-", value: 3 }]) as typeof before;
    expect(after.a).toBe(before.a);
    expect(after.b).not.toBe(before.b);
  });
});
