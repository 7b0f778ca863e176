import { beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { RpcTarget } from "../modules/workers.ts";
import { settled, setUp, TestObject, type TestPromise } from "../objects/test-kit.ts";
import { RpcStub } from "./rpc-stub.ts";
import { RpcPromise } from "./stub.ts";

class Foo {
  a = 1;
}

class CodedError extends Error {
  override readonly name = "CodedError";
  readonly code = 42;
  readonly nested = { a: 1 };
}

let disposals: string[] = [];

class Counter extends RpcTarget {
  count = 0;
  get deep() {
    return { x: { y: 5 } };
  }
  increment() {
    this.count += 1;
    return this.count;
  }
  [Symbol.dispose]() {
    disposals.push("counter");
  }
}

class Test extends TestObject {
  ownFunction = () => 1;
  kept: ((value: number) => Promise<number>) | undefined;
  get getter() {
    return { deep: { x: 5, f: () => 9 } };
  }
  echo(...values: unknown[]) {
    return values.length === 1 ? values[0] : values;
  }
  kind(value: object) {
    return `${typeof value} ${value?.constructor?.name} ${Object.prototype.toString.call(value)}`;
  }
  _private() {
    return "reached";
  }
  count(...values: unknown[]) {
    return values.length;
  }
  number() {
    return 5;
  }
  fail(kind: string): never {
    if (kind === "coded") throw new CodedError("boom");
    if (kind === "type") throw new TypeError("tt");
    if (kind === "cause") throw new Error("outer", { cause: new RangeError("inner") });
    if (kind === "dom") throw new DOMException("dd", "AbortError");
    if (kind === "function") throw Object.assign(new Error("f"), { f: () => 1 });
    throw kind === "object" ? { a: 1 } : "plain";
  }
  foo() {
    return new Foo();
  }
  counter() {
    return new Counter();
  }
  parts() {
    return { bar: { baz: () => 7 }, n: 1, counter: new Counter() };
  }
  async callBack(callback: (value: number) => Promise<number>) {
    return await callback(5);
  }
  keep(callback: (value: number) => Promise<number>) {
    this.kept = callback;
  }
  keepCopy(callback: { dup(): (value: number) => Promise<number> }) {
    this.kept = callback.dup();
  }
  async useKept() {
    return await this.kept?.(1);
  }
  async headers(headers: Headers) {
    return headers.get("x");
  }
  body(request: Request) {
    return request.text();
  }
}

beforeAll(installGlobals);

function room() {
  return setUp({ Test }).stub();
}

async function failure(promise: TestPromise): Promise<Record<string, unknown>> {
  return await promise.then(
    () => ({ none: true }),
    (error: Record<string, unknown>) => error,
  );
}

describe("lookup", () => {
  const noSuch = (name: string) => `The RPC receiver does not implement the method "${name}".`;

  test.each([
    ["nope", noSuch("nope")],
    ["ownFunction", noSuch("ownFunction")],
    ["hasOwn", noSuch("hasOwn")],
    ["alarm", "'alarm' is a reserved method and cannot be called over RPC."],
    ["webSocketMessage", "'webSocketMessage' is a reserved method and cannot be called over RPC."],
    ["dup", "'dup' is a reserved method and cannot be called over RPC."],
    ["getter", '"getter" is not a function.'],
  ])("calling %s", async (name, message) => {
    const error = await failure(room()[name]!());
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message, remote: true });
    expect(error).not.toHaveProperty("durableObjectId");
  });

  test("names that begin with an underscore are reached", async () => {
    expect(await room()._private!()).toBe("reached");
  });

  test("properties are read when they are awaited, and paths are walked over there", async () => {
    const { getter } = room() as unknown as Record<string, TestPromise>;
    expect(await getter).toMatchObject({ deep: { x: 5 } });
    expect(await (getter!.deep as TestPromise).x).toBe(5);
    expect(await (getter!.deep as { f(): Promise<number> }).f()).toBe(9);
    const missing = await failure((getter!.nope as TestPromise).x as TestPromise);
    expect(missing.message).toBe(noSuch("nope"));
  });

  test("a method that is read is a function", async () => {
    const method = (await (room() as unknown as { number: TestPromise }).number) as () => unknown;
    expect(await method()).toBe(5);
  });

  test("a path has at most 64 properties below a member", async () => {
    let path = room() as unknown as TestPromise;
    for (let depth = 0; depth < 66; depth++) path = path.a as TestPromise;
    expect((await failure(path)).message).toBe("RPC pipelined property path is too deep (max 64).");
  });

  test("a class that does not extend DurableObject has no methods to call", async () => {
    class Plain {
      hello() {
        return 1;
      }
    }
    const error = await failure(setUp({ Test: Plain }).stub().hello!());
    expect(error.message).toContain("The receiving Durable Object does not support RPC");
    expect(error.remote).toBe(true);
  });
});

describe("values", () => {
  test("are copied as by structured clone, and share their parts", async () => {
    const shared = { deep: [1, "two", 3n, null, undefined, Number.NaN] };
    const value = {
      shared,
      again: shared,
      date: new Date(5),
      pattern: /x+/gi,
      map: new Map<unknown, unknown>([["k", new Set([1, shared])]]),
      buffer: new Uint8Array([1, 2, 3]).buffer,
      view: new Float64Array([0.5, 1.5]).subarray(1),
      missing: undefined,
      sparse: Array.from({ length: 3 }, (_, index) => index),
      boxed: Object(4) as number,
    };
    Reflect.deleteProperty(value.sparse, "1");
    const copy = (await room().echo!(value)) as typeof value;
    expect(copy).toEqual(value);
    expect(copy).not.toBe(value);
    expect(copy.again).toBe(copy.shared);
    expect("missing" in copy).toBe(true);
    expect(1 in copy.sparse).toBe(false);
  });

  test("cycles keep their shape", async () => {
    const value: { self?: unknown; list: unknown[] } = { list: [] };
    value.self = value;
    value.list.push(value.list);
    const copy = (await room().echo!(value)) as typeof value;
    expect(copy.self).toBe(copy);
    expect(copy.list[0]).toBe(copy.list);
  });

  test("a property named __proto__ stays a property", async () => {
    const copy = await room().echo!(JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(Object.keys(copy as object)).toEqual(["__proto__"]);
    expect((copy as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test("changes after the call do not leak", async () => {
    const value = { n: 1 };
    const call = room().echo!(value);
    value.n = 2;
    expect(await call).toEqual({ n: 1 });
  });

  test.each([
    ["an instance", () => new Foo(), 'Could not serialize object of type "Foo". This type does'],
    ["no prototype", () => Object.create(null), 'Could not serialize object of type "Object".'],
    ["a symbol", () => Symbol("q"), "Symbol(q) could not be cloned."],
    ["a promise", () => Promise.resolve(1), "#<Promise> could not be cloned."],
    ["a reply", () => room().number!(), 'Could not serialize object of type "RpcPromise".'],
    ["a signal", () => new AbortController().signal, "AbortSignal serialization is not enabled."],
    ["an address", () => new URL("http://x"), 'Could not serialize object of type "URL".'],
  ])("%s cannot cross", async (_name, make, message) => {
    const error = await failure(room().echo!(make()));
    expect(error).toBeInstanceOf(DOMException);
    expect([error.name, error.code]).toEqual(["DataCloneError", 25]);
    expect(error.message).toContain(message);
    expect(error.remote).toBeUndefined();
  });

  test("a result that cannot cross is the callee's error", async () => {
    const error = await failure(room().foo!());
    expect(error).toMatchObject({ name: "DataCloneError", remote: true });
  });

  test("a message holds 32 MiB", async () => {
    const size = 33 * 1024 * 1024;
    for (const value of [new Uint8Array(size), "x".repeat(size), ["x".repeat(size)]]) {
      const { message } = await failure(room().kind!(value));
      expect(message).toMatch(
        /^Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: 34603\d+ bytes\.$/,
      );
    }
  });

  test("headers are copied; requests are handed over", async () => {
    expect(await room().headers!(new Headers({ x: "y" }))).toBe("y");
    const request = new Request("http://object/", { method: "POST", body: "text" });
    expect(await room().body!(request)).toBe("text");
  });

  test("the number of arguments is kept", async () => {
    expect(await room().count!(1, undefined, undefined)).toBe(3);
    expect(await room().count!()).toBe(0);
  });

  test("what is special on the other side", async () => {
    expect(await room().kind!(() => 1)).toBe("function RpcStub [object JsRpcStub]");
    expect(await room().kind!(new Counter())).toBe("function RpcStub [object JsRpcStub]");
    expect(await room().kind!(room())).toBe("object Fetcher [object Fetcher]");
    expect(await room().kind!(Buffer.from("x"))).toBe("object Uint8Array [object Uint8Array]");
  });
});

describe("errors", () => {
  test("keep class, name and properties, and tell where they came from", async () => {
    const target = room();
    const error = await failure(target.fail!("coded"));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(CodedError);
    expect({ ...error }).toEqual({
      name: "CodedError",
      code: 42,
      nested: { a: 1 },
      durableObjectId: target.id.toString(),
      remote: true,
    });
    expect(await failure(target.fail!("type"))).toBeInstanceOf(TypeError);
    expect((await failure(target.fail!("cause"))).cause).toMatchObject({ message: "inner" });
    expect(await failure(target.fail!("dom"))).toMatchObject({ name: "AbortError", code: 20 });
  });

  test("of other kinds", async () => {
    expect(await failure(room().fail!("plain"))).toMatchObject({ message: "plain", remote: true });
    const target = room();
    const { id } = target;
    const plain = { a: 1, durableObjectId: id.toString(), remote: true };
    expect(await failure(target.fail!("object"))).toEqual(plain);
    const bare = await failure(room().fail!("function"));
    expect({ message: bare.message, ...bare }).toEqual({ message: "f", remote: true });
  });

  test("errors that hold themselves cross", async () => {
    const error = new Error("circle");
    error.cause = error;
    const copy = (await room().echo!(error)) as Error;
    expect(copy.cause).toBe(copy);
  });
});

describe("stubs", () => {
  test("a callback works during the call, and not afterwards", async () => {
    const target = room();
    expect(await target.callBack!((value: number) => value * 2)).toBe(10);
    await target.keep!((value: number) => value);
    const error = await failure(target.useKept!());
    expect(error.message).toBe("RPC stub used after being disposed.");
    await target.keepCopy!((value: number) => value * 3);
    expect(await target.useKept!()).toBe(3);
  });

  test("a callback's error comes back through both sides", async () => {
    const thrower = () => {
      throw new RangeError("from the caller");
    };
    const error = await failure(room().callBack!(thrower));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("from the caller");
  });

  test("targets in results belong to the caller, and are told of their end", async () => {
    disposals = [];
    const counter = (await room().counter!()) as Counter & { dup(): Counter };
    expect(await counter.increment()).toBe(1);
    const copy = counter.dup();
    counter[Symbol.dispose]();
    expect(await copy.increment()).toBe(2);
    expect(disposals).toEqual([]);
    copy[Symbol.dispose]();
    copy[Symbol.dispose]();
    await settled();
    expect(disposals).toEqual(["counter"]);
  });

  test("own properties of a target are out of reach; getters are not", async () => {
    const counter = (await room().counter!()) as unknown as Record<string, TestPromise>;
    const error = await failure(counter.count!);
    expect(error.message).toBe('The RPC receiver does not implement the method "count".');
    expect(await ((counter.deep!.x as TestPromise).y as TestPromise)).toBe(5);
  });

  test("disposing of a result ends every stub in it", async () => {
    const parts = (await room().parts!()) as ReturnType<Test["parts"]> & Disposable;
    expect(Object.keys(parts)).toEqual(["bar", "n", "counter"]);
    expect(await parts.bar.baz()).toBe(7);
    parts[Symbol.dispose]();
    await expect(parts.bar.baz()).rejects.toThrow("RPC stub used after being disposed.");
  });

  test("RpcStub wraps functions, plain objects and targets", async () => {
    const stub = new RpcStub(new Counter()) as unknown as Counter;
    expect(stub).toBeInstanceOf(RpcStub);
    expect(await stub.increment()).toBe(1);
    expect(() => new RpcStub(new Foo())).toThrow(
      "RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives.",
    );
    expect(() => new RpcStub(5)).toThrow(TypeError);
  });
});

describe("pipelining", () => {
  test("calls go through a reply that has not arrived", async () => {
    const target = room() as unknown as Record<string, () => Record<string, () => unknown>>;
    expect(await target.counter!().increment!()).toBe(1);
    const parts = target.parts!() as unknown as ReturnType<Test["parts"]>;
    expect(await parts.bar.baz()).toBe(7);
    expect(await parts.counter.increment()).toBe(1);
    expect(await parts.n).toBe(1);
  });

  test("what fails first fails what hangs on it", async () => {
    const target = room() as unknown as Record<string, (kind?: string) => TestPromise>;
    const failed = (target.fail!("coded").foo as () => TestPromise)();
    expect((await failure(failed)).message).toBe("boom");
    const missing = await failure((target.number!().foo as () => TestPromise)());
    expect(missing).toMatchObject({
      message: 'The RPC receiver does not implement the method "foo".',
      remote: true,
    });
  });

  test("a reply is no promise, but can be awaited", async () => {
    const reply = room().number!();
    expect(reply).not.toBeInstanceOf(Promise);
    expect(reply).toBeInstanceOf(RpcPromise);
    expect(Object.prototype.toString.call(reply)).toBe("[object JsRpcPromise]");
    expect(await reply.finally(() => undefined)).toBe(5);
  });

  test("a reply that was disposed of cannot be used any more", async () => {
    const reply = room().parts!();
    (reply as unknown as Disposable)[Symbol.dispose]();
    const error = await failure(reply.bar as TestPromise);
    expect(error.message).toBe("RPC promise used after being disposed.");
  });
});
