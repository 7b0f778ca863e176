import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { inboundHeaders } from "./inbound-headers.ts";

const source = {
  "x-one": "1",
  accept: "*/*",
  "set-cookie": ["a=1", "b=2"],
  constructor: "a header's name like others",
};
const { "set-cookie": _cookies, ...plain } = source;

/** The same headers as Node has them. */
const native = (of: object) =>
  new Headers(
    Object.entries(of).flatMap(([name, value]) => [value].flat().map((one) => [name, one])) as [
      string,
      string,
    ][],
  );

describe.each([
  ["with cookies", source],
  ["without", plain],
])("headers from outside, %s", (_title, from) => {
  const ours = inboundHeaders(from);
  const expected = native(from);

  test("answer as Node's do", () => {
    expect(ours).toBeInstanceOf(Headers);
    expect(ours.constructor).toBe(Headers);
    for (const name of [
      "accept",
      "ACCEPT",
      "x-one",
      "none",
      "constructor",
      "toString",
      "set-cookie",
    ]) {
      expect([name, ours.get(name), ours.has(name)]).toEqual([
        name,
        expected.get(name),
        expected.has(name),
      ]);
    }
    expect([...ours.keys()]).toEqual([...expected.keys()]);
    expect([...ours.values()]).toEqual([...expected.values()]);
    expect([...ours.entries()]).toEqual([...expected.entries()]);
    expect([...ours]).toEqual([...expected]);
    expect(ours.getSetCookie()).toEqual(expected.getSetCookie());
    expect([...new Headers(ours)]).toEqual([...expected]);
    expect(new Request("http://x/", { headers: ours }).headers.get("x-one")).toBe("1");
    expect(inspect(ours)).toBe(inspect(expected));
    const seen: unknown[] = [];
    ours.forEach((value, name, all) => {
      seen.push([name, value, all === ours]);
    });
    expect(seen).toEqual([...expected].map(([name, value]) => [name, value, true]));
  });

  test.each(["", "a b", "é", "a:b"])("refuse %j as a name, as Node's do", (name) => {
    expect(() => expected.get(name)).toThrow(TypeError);
    expect(() => ours.get(name)).toThrow(TypeError);
    expect(() => ours.has(name)).toThrow(TypeError);
  });

  test("take names that are no text", () => {
    expect(ours.get(null as never)).toBe(expected.get(null as never));
  });

  test("cannot be changed", () => {
    expect(() => ours.set("a", "b")).toThrow("immutable");
    expect(() => ours.append("a", "b")).toThrow("immutable");
    expect(() => ours.delete("accept")).toThrow("immutable");
  });
});
