import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf, StorageHarness, type TestStore } from "./testing/harness.ts";

let harness: StorageHarness;
let object: TestStore;

beforeEach(async () => {
  harness = new StorageHarness({ durability: "memory" });
  object = await harness.open();
});

afterEach(() => harness.dispose());

async function keys(options?: object): Promise<string[]> {
  return [...(await object.storage.list(options)).keys()];
}

describe("values", () => {
  test("come back as structured clones", async () => {
    class Point {
      x = 1;
    }
    const error = new TypeError("no", { cause: "why" });
    await object.storage.put({
      ...{
        point: new Point(),
        date: new Date(0),
        map: new Map([[1, { a: 2 }]]),
        set: new Set([1]),
      },
      ...{ bytes: new Uint16Array([1, 2]), big: 10n, error, nothing: null, pattern: /x/gi },
    });
    const values = (await object.storage.list()) as Map<string, unknown>;
    expect(values.get("point")).toEqual({ x: 1 });
    expect(Object.getPrototypeOf(values.get("point"))).toBe(Object.prototype);
    expect(values.get("date")).toEqual(new Date(0));
    expect(values.get("map")).toEqual(new Map([[1, { a: 2 }]]));
    expect(values.get("set")).toEqual(new Set([1]));
    expect(values.get("bytes")).toEqual(new Uint16Array([1, 2]));
    expect(values.get("big")).toBe(10n);
    expect(values.get("pattern")).toEqual(/x/gi);
    expect(values.get("nothing")).toBe(null);
    expect(values.get("error")).toBeInstanceOf(TypeError);
    expect(values.get("error")).toMatchObject({ message: "no", cause: "why" });
  });

  test.each([
    ["function", () => 1, "() => 1 could not be cloned."],
    ["symbol", Symbol("x"), "Symbol(x) could not be cloned."],
    ["promise", Promise.resolve(), "#<Promise> could not be cloned."],
  ])("cannot be a %s", async (_, value, text) => {
    expect(await failureOf(() => object.storage.put("a", value))).toBe(`DataCloneError: ${text}`);
    expect(await failureOf(() => object.storage.kv.put("a", value))).toBe(
      `DataCloneError: ${text}`,
    );
  });

  test("one that cannot be written leaves the others out", async () => {
    await failureOf(() => object.storage.put({ a: 1, b: () => 1 }));
    expect(await keys()).toEqual([]);
  });

  test("that are too large", async () => {
    await object.storage.put("large", "x".repeat(2_190_000));
    expect(await failureOf(() => object.storage.put("a", "x".repeat(3_000_000)))).toBe(
      "Error: string or blob too big: SQLITE_TOOBIG",
    );
    await object.storage.put("k".repeat(3000), 1);
    expect(await object.storage.get("k".repeat(3000))).toBe(1);
  });
});

describe("arguments", () => {
  const wrong = (
    method: string,
    position: number,
    type: string,
    receiver = "DurableObjectStorage",
  ) =>
    `TypeError: Failed to execute '${method}' on '${receiver}': parameter ${position} is not of type '${type}'.`;
  const call = (method: string, args: unknown[]) => () => {
    const target = object.storage as unknown as Record<string, (...all: unknown[]) => unknown>;
    return target[method]?.(...args);
  };

  test.each([
    ["put", ["a", undefined], "TypeError: put() called with undefined value."],
    ["put", ["a"], "TypeError: put() called with undefined value."],
    ["put", [["q"]], "TypeError: put() called with undefined value."],
    ["put", [], wrong("put", 1, "string or object")],
    ["put", ["a", 1, 5], wrong("put", 3, "PutOptions")],
    ["put", [{ a: 1 }, 2, 3], wrong("put", 3, "PutOptions")],
    [
      "put",
      [{ a: 1 }, 2],
      "TypeError: put() may only be called with a single key-value pair and optional options as put(key, value, options) or with multiple key-value pairs and optional options as put(entries, options)",
    ],
    ["put", [Symbol("a"), 1], "TypeError: Cannot convert a Symbol value to a string"],
    ["get", [], wrong("get", 1, "string or Array")],
    ["get", ["a", 5], wrong("get", 2, "GetOptions")],
    ["delete", [], wrong("delete", 1, "string or Array")],
    ["delete", ["a", 5], wrong("delete", 2, "PutOptions")],
    ["deleteAll", [5], wrong("deleteAll", 1, "PutOptions")],
    ["list", [5], wrong("list", 1, "ListOptions")],
    ["list", [{ limit: 0 }], "TypeError: List limit must be positive."],
    ["list", [{ limit: -1 }], "TypeError: List limit must be positive."],
    ["list", [{ limit: Number.NaN }], "TypeError: List limit must be positive."],
    ["list", [{ limit: null }], "TypeError: List limit must be positive."],
    [
      "list",
      [{ limit: 1e12 }],
      "TypeError: Value out of range. Must be between -2147483648 and 2147483647 (inclusive).",
    ],
    [
      "list",
      [{ start: "a", startAfter: "b" }],
      "TypeError: list() cannot be called with both start and startAfter values.",
    ],
    ["transaction", [5], wrong("transaction", 1, "function")],
    ["transactionSync", [], wrong("transactionSync", 1, "function")],
    [
      "getBookmarkForTime",
      [1],
      "Error: This Durable Object's storage back-end does not implement point-in-time recovery.",
    ],
    [
      "onNextSessionRestoreBookmark",
      ["x"],
      "Error: This Durable Object's storage back-end does not implement point-in-time recovery.",
    ],
  ])("%s refuses them (%#)", async (method, args, text) => {
    expect(await failureOf(call(method, args))).toBe(text);
  });

  test("of storage.kv", async () => {
    const { kv } = object.storage;
    const apply = (method: (...args: never[]) => unknown, ...args: unknown[]) =>
      failureOf(() => Reflect.apply(method, kv, args));
    expect(await apply(kv.get)).toBe(wrong("get", 1, "string", "SyncKvStorage"));
    expect(await apply(kv.delete)).toBe(wrong("delete", 1, "string", "SyncKvStorage"));
    expect(await apply(kv.put, "a")).toBe(wrong("put", 2, "Value", "SyncKvStorage"));
    expect(await apply(kv.list, 5)).toBe(wrong("list", 1, "ListOptions", "SyncKvStorage"));
  });

  test("that are lenient", async () => {
    const { storage } = object;
    await storage.put(5, "five");
    await storage.put(true, "yes");
    await storage.put({ a: 1, b: undefined, c: 3 }, { allowUnconfirmed: true });
    await storage.put("n", 1, null);
    expect(await storage.get(5)).toBe("five");
    expect(await storage.get("true")).toBe("yes");
    expect(await storage.get({})).toBe(undefined);
    expect(await keys({ limit: "2" })).toEqual(["5", "a"]);
    expect(await keys({ limit: 1.5, start: undefined })).toEqual(["5"]);
    expect(await keys({ start: null })).toEqual(["true"]);
    expect(await storage.getCurrentBookmark()).toBe(
      "00000000-00000000-00000000-00000000000000000000000000000000",
    );
  });
});

describe("keys", () => {
  const ALL = ["a", "ab", "abc", "b", "é", "\uFFFD", "\u{1F600}"];

  beforeEach(() => object.storage.put(Object.fromEntries(ALL.map((key) => [key, key]))));

  test.each([
    ["everything", {}, ALL],
    ["prefix and start", { prefix: "a", start: "ab" }, ["ab", "abc"]],
    ["prefix and end", { prefix: "a", end: "abc" }, ["a", "ab"]],
    ["reverse range", { reverse: true, start: "ab", end: "é" }, ["b", "abc", "ab"]],
    ["reverse prefix with limit", { reverse: true, prefix: "a", limit: 2 }, ["abc", "ab"]],
    ["startAfter", { startAfter: "ab" }, ALL.slice(2)],
    ["empty start", { start: "" }, ALL],
    ["empty startAfter", { startAfter: "" }, ALL],
    ["empty prefix", { prefix: "" }, ALL],
    ["empty end", { end: "" }, []],
    ["end before start", { start: "z", end: "a" }, []],
    ["prefix of many bytes", { prefix: "\u{1F600}" }, ["\u{1F600}"]],
  ])("list: %s", async (_, options, expected) => {
    expect(await keys(options)).toEqual(expected);
    expect([...object.storage.kv.list(options)].map(([key]) => key)).toEqual(expected);
  });

  test("several at once, in order and without those that are missing", async () => {
    const found = (await object.storage.get(["\u{1F600}", "\uFFFD", "zz", "a", "a"])) as Map<
      string,
      unknown
    >;
    expect([...found.keys()]).toEqual(["a", "\uFFFD", "\u{1F600}"]);
    expect(await object.storage.get([])).toEqual(new Map());
  });

  test("delete says what there was", async () => {
    expect(await object.storage.delete("a")).toBe(true);
    expect(await object.storage.delete("a")).toBe(false);
    expect(await object.storage.delete(["ab", "ab", "zz", "b"])).toBe(2);
  });

  test("may hold zeros and be empty", async () => {
    await object.storage.put("a\0b", 1);
    await object.storage.put("", 2);
    expect((await keys()).slice(0, 3)).toEqual(["", "a", "a\0b"]);
  });

  test("ranges of any keys agree with a sorted list", async () => {
    const key = fc.oneof(fc.string({ unit: "binary", maxLength: 4 }), fc.string({ maxLength: 3 }));
    const optional = fc.option(key, { nil: undefined });
    const range = fc.record({
      ...{ start: optional, end: optional, prefix: optional, reverse: fc.boolean() },
      limit: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    });
    const property = fc.asyncProperty(
      fc.array(key, { maxLength: 20 }),
      range,
      async (some, options) => {
        await object.storage.delete(await keys());
        await object.storage.put(Object.fromEntries(some.map((each) => [each, each])));
        expect(await keys(options)).toEqual(expectedKeys(some, options));
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });

  interface Range {
    start: string | undefined;
    end: string | undefined;
    prefix: string | undefined;
    reverse: boolean;
    limit: number | undefined;
  }

  function expectedKeys(some: string[], { start, end, prefix, reverse, limit }: Range): string[] {
    const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    const sorted = [...new Set(some)]
      .sort(order)
      .filter(
        (each) =>
          (start === undefined || order(each, start) >= 0) &&
          (end === undefined || order(each, end) < 0) &&
          each.startsWith(prefix ?? ""),
      );
    return (reverse ? sorted.reverse() : sorted).slice(0, limit);
  }
});

describe("storage.kv", () => {
  test("is the same table, and keeps undefined", async () => {
    object.storage.kv.put("a", 1);
    object.storage.kv.put("u", undefined);
    expect(await object.storage.get("a")).toBe(1);
    expect(object.storage.kv.get("u")).toBe(undefined);
    expect([...object.storage.kv.list()]).toEqual([
      ["a", 1],
      ["u", undefined],
    ]);
    expect([object.storage.kv.delete("a"), object.storage.kv.delete("a")]).toEqual([true, false]);
  });

  test("a new list ends the one before", async () => {
    object.storage.kv.put("a", 1);
    const first = object.storage.kv.list();
    object.storage.kv.list();
    expect(await failureOf(() => first.next())).toBe(
      "Error: kv.list() iterator was invalidated because a new call to kv.list() was started. Only one kv.list() iterator can exist at a time.",
    );
  });

  test("a list sees what is written while it runs", () => {
    object.storage.kv.put("a", 1);
    const list = object.storage.kv.list();
    expect(list.next().value).toEqual(["a", 1]);
    object.storage.kv.put("b", 2);
    expect([...list]).toEqual([["b", 2]]);
  });
});
