import fc from "fast-check";
import { expect, test } from "vitest";
import { applyPatch } from "../client/json-patch.ts";
import { diffJson } from "./json-patch.ts";

test.each([
  [{ a: 1 }, { a: 1 }, []],
  [{ a: 1 }, { a: 2 }, [{ op: "replace", path: "/a", value: 2 }]],
  [{ a: 1, b: 2 }, { b: 2 }, [{ op: "remove", path: "/a" }]],
  [{}, { "x/y~z": null }, [{ op: "add", path: "/x~1y~0z", value: null }]],
  [[1, 2, 3], [1, 2, 3, 4], [{ op: "add", path: "/3", value: 4 }]],
  [[1, 2, 3], [1, 3], [{ op: "remove", path: "/1" }]],
  [[1, 3], [1, 2, 3], [{ op: "add", path: "/1", value: 2 }]],
  [{ list: [{ n: 1 }] }, { list: [{ n: 2 }] }, [{ op: "replace", path: "/list/0/n", value: 2 }]],
  [[], {}, [{ op: "replace", path: "", value: {} }]],
  [null, 0, [{ op: "replace", path: "", value: 0 }]],
])("from %j to %j", (before, after, patch) => {
  expect(diffJson(before, after)).toEqual(patch);
});

test("a patch makes of the one value the other, whatever they are", () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const edited = fc.oneof(value, fc.array(value, { maxLength: 6 }));
  fc.assert(
    fc.property(edited, edited, (before, after) => {
      const [from, to] = [before, after].map((json) => JSON.parse(JSON.stringify(json)));
      expect(applyPatch(from, diffJson(from, to) as never)).toEqual(to);
      expect(diffJson(to, to)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
