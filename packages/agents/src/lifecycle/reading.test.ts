import { expect, test } from "vitest";
import { failureText, isDevelopment } from "./development.ts";
import { instanceName } from "./name.ts";
import { decodeProps, encodeProps, takeProps } from "./props.ts";

test("stacks are shown only where the deployment's own variable asks for it", () => {
  expect([true, "1", "true"].map((FREEHOLD_DEV) => isDevelopment({ FREEHOLD_DEV }))).toEqual([
    true,
    true,
    true,
  ]);
  const not = [{}, { FREEHOLD_DEV: "0" }, { FREEHOLD_DEV: "" }, { NODE_ENV: "development" }, null];
  expect(not.map(isDevelopment)).toEqual([false, false, false, false, false]);
  const error = new Error("secret");
  expect(failureText(error, false)).toBe("Internal Server Error");
  expect(failureText(error, true)).toBe(error.stack);
});

test("props travel as base64 of JSON and are taken from the request", () => {
  const props = { name: "Zoë", n: [1] };
  expect(decodeProps(encodeProps(props))).toEqual(props);
  expect(decodeProps('{"raw":true}')).toEqual({ raw: true });
  const headers = { "x-agents-lifecycle-props": encodeProps(props), other: "stays" };
  const taken = takeProps(new Request("http://x", { headers }));
  expect([taken.props, [...taken.request.headers]]).toEqual([props, [["other", "stays"]]]);
  const plain = new Request("http://x");
  expect(takeProps(plain)).toEqual({ request: plain, props: undefined });
  expect(() => decodeProps("{broken")).toThrow(expect.objectContaining({ code: "invalid_props" }));
});

test("the name is the address, else what old versions stored, else an error", () => {
  const storage = (stored?: string) => ({ kv: { get: () => stored } });
  expect(instanceName({ id: { name: "a" }, storage: storage("old") }, "X")).toBe("a");
  expect(instanceName({ id: {}, storage: storage("old") }, "X")).toBe("old");
  expect(() => instanceName({ id: {}, storage: storage() }, "X")).toThrow(
    "X could not determine its Durable Object name.",
  );
});
