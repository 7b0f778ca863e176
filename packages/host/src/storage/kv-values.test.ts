import { beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { DurableObjectId } from "../objects/id.ts";
import { decodeValue, encodeValue } from "./kv-values.ts";

beforeAll(() => installGlobals());

function back(value: unknown): unknown {
  return decodeValue(encodeValue(value));
}

function refusal(value: unknown): string {
  try {
    encodeValue(value);
    return "none";
  } catch (error) {
    return error instanceof DOMException ? `${error.name}: ${error.message}` : String(error);
  }
}

describe("errors as values", () => {
  test("keep their class, name and own properties", () => {
    class Custom extends RangeError {
      override name = "Custom";
      code = 5;
    }
    const custom = back(new Custom("m")) as Error;
    expect(Object.getPrototypeOf(custom)).toBe(Error.prototype);
    expect(custom).toMatchObject({ name: "Custom", message: "m", code: 5 });
    expect(back(new TypeError("t"))).toBeInstanceOf(TypeError);
    const many = back(new AggregateError([new Error("one"), 2], "many")) as AggregateError;
    expect(many.errors).toMatchObject([{ message: "one" }, 2]);
    expect(back(new DOMException("d", "AbortError"))).toMatchObject({ name: "AbortError" });
  });

  test("leave the buffers of views beside them alone", () => {
    const buffer = new Uint8Array([1, 2, 3, 4, 5]).buffer;
    const value = [new Error("e"), new Uint8Array(buffer, 1, 2), new Uint16Array(buffer, 2, 1)];
    const [, bytes, words] = back(value) as [Error, Uint8Array, Uint16Array];
    expect(words.buffer).toBe(bytes.buffer);
    expect([bytes.byteOffset, bytes.length, words.byteOffset, words.length]).toEqual([1, 2, 2, 1]);
    expect([...new Uint8Array(bytes.buffer)]).toEqual([1, 2, 3, 4, 5]);
  });

  test("keep their causes and their stack", () => {
    const error = new Error("outer", { cause: new TypeError("inner", { cause: { n: 1 } }) });
    const copy = back({ list: [error, error] }) as { list: Error[] };
    expect(copy.list[0]).toBe(copy.list[1]);
    expect(copy.list[0]?.stack).toBe(error.stack);
    expect(copy.list[0]?.cause).toMatchObject({ message: "inner", cause: { n: 1 } });
  });

  test("that hold themselves are refused, rather than lost", () => {
    const error: Error & { self?: unknown } = new Error("x");
    error.self = { error };
    expect(refusal(error)).toBe("DataCloneError: #<Error> could not be cloned.");
  });

  test("leave what is beside them as it is", () => {
    const shared = { a: 1 };
    const value = {
      error: new Error("e"),
      list: Object.assign([shared, shared] as unknown[], { 3: 4 }),
      bytes: new Uint8Array([1, 2, 3]).subarray(1),
      view: new DataView(new ArrayBuffer(4), 1),
      map: new Map<unknown, unknown>([[shared, new Set([1n])]]),
      date: new Date(5),
      self: undefined as unknown,
    };
    value.self = value;
    const copy = back(value) as typeof value;
    expect(copy.self).toBe(copy);
    expect(copy.list[0]).toBe(copy.list[1]);
    expect([...copy.map.keys()][0]).toBe(copy.list[0]);
    expect(Object.keys(copy.list)).toEqual(["0", "1", "3"]);
    expect([...copy.bytes]).toEqual([2, 3]);
    expect(copy.view.byteLength).toBe(3);
    expect(copy.date).toEqual(new Date(5));
  });
});

describe("objects of the platform", () => {
  test("headers, and requests and responses without a body, are kept", () => {
    const headers = new Headers([["a", "b"]]);
    headers.append("set-cookie", "x=1");
    headers.append("set-cookie", "y=2");
    expect([...(back({ headers }) as { headers: Headers }).headers]).toEqual([...headers]);
    const request = back(new Request("http://a/b", { method: "PUT", headers })) as Request;
    expect([request.url, request.method, request.headers.get("a")]).toEqual([
      "http://a/b",
      "PUT",
      "b",
    ]);
    const response = back(new Response(null, { status: 204, statusText: "No" })) as Response;
    expect([response.status, response.statusText]).toEqual([204, "No"]);
  });

  const unsupported = (type: string) =>
    `DataCloneError: Could not serialize object of type "${type}". This type does not support serialization.`;

  test.each<[string, () => unknown, string]>([
    ["URL", () => new URL("http://a/"), unsupported("URL")],
    ["in a Map", () => new Map([[1, [new URL("http://a/")]]]), unsupported("URL")],
    ["id", () => new DurableObjectId("0".repeat(64)), unsupported("DurableObjectId")],
    ["EventTarget", () => new EventTarget(), unsupported("EventTarget")],
    [
      "body",
      () => new Response("x"),
      "DataCloneError: ReadableStream can only be serialized for RPC.",
    ],
    [
      "stream",
      () => new WritableStream(),
      "DataCloneError: WritableStream can only be serialized for RPC.",
    ],
    [
      "signal",
      () => AbortSignal.abort(),
      "DataCloneError: AbortSignal serialization is not enabled.",
    ],
    ["function", () => () => 1, "DataCloneError: () => 1 could not be cloned."],
    ["symbol", () => Symbol("s"), "DataCloneError: Symbol(s) could not be cloned."],
    ["promise", () => Promise.resolve(), "DataCloneError: #<Promise> could not be cloned."],
  ])("%s is refused", (_, make, text) => {
    expect(refusal(make())).toBe(text);
  });
});

describe("bytes", () => {
  test("of a Buffer are kept alone, without those that it shares memory with", () => {
    for (const value of [back(Buffer.from("hi")), (back([Buffer.from("hi")]) as unknown[])[0]]) {
      expect(value).toEqual(new Uint8Array([104, 105]));
      expect((value as Uint8Array).buffer.byteLength).toBe(2);
    }
  });

  test("plain values are in the format of structured clone, version 15", () => {
    expect([...encodeValue({ a: 1 }).subarray(0, 2)]).toEqual([0xff, 15]);
  });
});

test("instances of a program's classes come back as plain objects", () => {
  class Point {
    x = 1;
    get y() {
      return 2;
    }
  }
  const copy = back(new Point()) as object;
  expect(copy).toEqual({ x: 1 });
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});
