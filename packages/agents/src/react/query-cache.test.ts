import { afterEach, expect, it, vi } from "vitest";
import { addressChain } from "./address.ts";
import { _testUtils, cachedQuery, createCacheKey } from "./query-cache.ts";

afterEach(() => {
  _testUtils.clearCache();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("makes the published keys", () => {
  expect(createCacheKey("a", undefined, [1, 2])).toBe('["a","default",1,2]');
  expect(createCacheKey("a", "n", [])).toBe('["a","n"]');
  expect(createCacheKey("a", "n", [{ agent: "b", name: "c" }], [1])).toBe(
    '["a","n",[["b","c"]],1]',
  );
});

it("asks once while an answer is good, and again after", async () => {
  vi.useFakeTimers();
  const query = vi.fn(async () => ({ token: "t" }));
  const first = cachedQuery("k", query, 1000);
  expect(cachedQuery("k", query, 1000)).toBe(first);
  vi.advanceTimersByTime(1000);
  expect(_testUtils.getCacheEntry("k")).toBeUndefined();
  cachedQuery("k", query, 1000);
  expect(query).toHaveBeenCalledTimes(2);
});

it.each([
  ["rejects", async () => Promise.reject(new Error("no"))],
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
])("forgets an answer that %s", async (_how, query) => {
  const error = vi.spyOn(console, "error").mockReturnValue(undefined);
  await expect(cachedQuery("k", query, 1000).promise).rejects.toThrow("no");
  expect(_testUtils.queryCache.size).toBe(0);
  expect(error).toHaveBeenCalledOnce();
});

it("warns of a parameter that is an object", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
  const query = async () => ({ token: { a: 1 } as unknown as string, plain: "b" });
  await cachedQuery("k", query, 1000).promise;
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    '[useAgent] Query parameter "token" is an object; it is sent as "[object Object]".',
  );
});

it("takes an empty name for none, as addresses do", () => {
  expect(createCacheKey("a", "", [])).toBe(createCacheKey("a", undefined, []));
  expect(addressChain({ agent: "A", name: "" })).toEqual([{ agent: "A", name: "default" }]);
});
