import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { lend } from "./exchange.ts";
import { PortSession } from "./port/session.ts";
import { portTransport } from "./port/transport.ts";
import { RpcStub } from "./rpc-stub.ts";
import { TransportTarget } from "./testing/target.ts";

/** A stub of a target behind some transport, as tests call it. */
type Remote = Record<string, (...args: unknown[]) => RemoteValue>;

interface RemoteValue extends Promise<unknown>, Disposable {
  [name: string]: unknown;
}

interface Connection {
  readonly remote: Remote;
  readonly target: TransportTarget;
  end(): void;
}

function overMemory(): Connection {
  const target = new TransportTarget();
  return { target, remote: new RpcStub(target) as unknown as Remote, end: () => undefined };
}

function overPort(): Connection {
  const target = new TransportTarget();
  const { port1, port2 } = new MessageChannel();
  new PortSession(portTransport(port1), { main: lend(target) });
  const near = new PortSession(portTransport(port2));
  return { target, remote: near.stub() as unknown as Remote, end: () => near.close() };
}

let open: Connection | undefined;

beforeAll(installGlobals);
afterEach(() => open?.end());

/** Time for what goes on by itself on both sides. */
async function aWhile(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
}

async function failure(promise: PromiseLike<unknown>): Promise<Record<string, unknown>> {
  return await promise.then(
    () => ({ none: true }),
    (error: unknown) => error as Record<string, unknown>,
  );
}

async function textOf(stream: unknown): Promise<string> {
  return await new Response(stream as ReadableStream<Uint8Array>).text();
}

const TOO_LARGE =
  /^Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: \d+ bytes\.$/;

describe.each([
  ["memory", overMemory],
  ["a port", overPort],
])("over %s", (_name, connect) => {
  function start(): Connection {
    open = connect();
    return open;
  }

  describe("values", () => {
    test("are copied, and keep their shape", async () => {
      const { remote } = start();
      const shared = { deep: [1, "two", 3n, null, undefined, Number.NaN, -0] };
      const value: Record<string, unknown> = {
        shared,
        again: shared,
        date: new Date(5),
        pattern: /x+/gi,
        map: new Map<unknown, unknown>([["k", new Set([1, shared])]]),
        buffer: new Uint8Array([1, 2, 3]).buffer,
        view: new Float64Array([0.5, 1.5]).subarray(1),
        missing: undefined,
        boxed: Object(4) as unknown,
        blob: new Blob(["b"]),
      };
      value.self = value;
      const copy = (await remote.echo!(value)) as Record<string, unknown>;
      expect({ ...copy, self: 0 }).toEqual({ ...value, self: 0 });
      expect(copy.self).toBe(copy);
      expect(copy.again).toBe(copy.shared);
      expect("missing" in copy).toBe(true);
      expect((copy.view as Float64Array).buffer.byteLength).toBe(16);
    });

    test("are taken as they are when the call is made", async () => {
      const { remote } = start();
      const value = { n: 1 };
      const call = remote.echo!(value);
      value.n = 2;
      expect(await call).toEqual({ n: 1 });
    });

    test("a property named __proto__ stays a property, beside a stub as well", async () => {
      const { remote } = start();
      const value = JSON.parse('{"__proto__":{"polluted":true}}') as Record<string, unknown>;
      value.call = () => 1;
      const copy = (await remote.echo!(value)) as Record<string, unknown>;
      expect(Object.keys(copy)).toEqual(["__proto__", "call"]);
      expect(copy.polluted).toBeUndefined();
    });

    test("the number of arguments is kept", async () => {
      const { remote } = start();
      expect(await remote.count!(1, undefined, undefined)).toBe(3);
      expect(await remote.count!()).toBe(0);
    });

    test.each([
      ["an instance", () => new (class Foo {})(), 'Could not serialize object of type "Foo".'],
      ["a symbol", () => Symbol("q"), "Symbol(q) could not be cloned."],
      ["a promise", () => Promise.resolve(), "#<Promise> could not be cloned."],
      [
        "a boxed bigint",
        () => Object(3n) as unknown,
        'Could not serialize object of type "BigInt".',
      ],
      ["a signal", () => new AbortController().signal, "AbortSignal serialization is not enabled."],
    ])("%s does not cross", async (_kind, make, message) => {
      const { remote } = start();
      const error = await failure(remote.echo!([make()]));
      expect(error).toBeInstanceOf(DOMException);
      expect(error.message).toContain(message);
      expect(error.remote).toBeUndefined();
    });

    test("a result that does not cross is the callee's error", async () => {
      const { remote } = start();
      expect(await failure(remote.instance!())).toMatchObject({
        name: "DataCloneError",
        remote: true,
      });
    });

    test("a message holds 32 MiB", async () => {
      const { remote } = start();
      const most = new Uint8Array(33_554_432 - 1024);
      expect(((await remote.echo!(most)) as Uint8Array).byteLength).toBe(most.byteLength);
      const error = await failure(remote.count!(new Uint8Array(33_554_433)));
      expect(error.message).toMatch(TOO_LARGE);
    });
  });

  describe("errors", () => {
    test("keep class, name, properties and causes", async () => {
      const { remote } = start();
      const coded = await failure(remote.fail!("coded"));
      expect(coded).toBeInstanceOf(Error);
      expect({ message: coded.message, ...coded }).toEqual({
        message: "boom",
        name: "CodedError",
        code: 42,
        nested: { a: [1, 2] },
        remote: true,
      });
      const outer = await failure(remote.fail!("cause"));
      expect(outer).toBeInstanceOf(TypeError);
      expect(outer.cause).toBeInstanceOf(RangeError);
      expect((outer.cause as Error).message).toBe("inner");
      const both = await failure(remote.fail!("aggregate"));
      expect(both).toBeInstanceOf(AggregateError);
      expect(both.errors).toMatchObject([{ message: "one" }, { message: "two" }]);
      const exception = await failure(remote.fail!("exception"));
      expect(exception).toBeInstanceOf(DOMException);
      expect(exception).toMatchObject({ name: "AbortError", code: 20, remote: true });
    });

    test("of other kinds", async () => {
      const { remote } = start();
      expect(await failure(remote.fail!("object"))).toEqual({ a: 1, remote: true });
      expect(await failure(remote.fail!("text"))).toMatchObject({ message: "plain", remote: true });
    });

    test("are values, too, and may hold themselves", async () => {
      const { remote } = start();
      const error = Object.assign(new RangeError("circle"), { list: [new Date(1)] });
      error.cause = error;
      const copy = (await remote.echo!({ error })) as { error: typeof error };
      expect(copy.error).toBeInstanceOf(RangeError);
      expect(copy.error.cause).toBe(copy.error);
      expect(copy.error.list).toEqual([new Date(1)]);
    });
  });

  describe("stubs", () => {
    test("a callback works during the call, and afterwards only when duplicated", async () => {
      const { remote } = start();
      const double = (value: number) => value * 2;
      expect(await remote.callBack!(double)).toBe(10);
      await remote.keep!(double, false);
      expect((await failure(remote.useKept!(1))).message).toBe(
        "RPC stub used after being disposed.",
      );
      await remote.keep!(double, true);
      expect(await remote.useKept!(4)).toBe(8);
    });

    test("a callback's error comes back through both sides", async () => {
      const { remote } = start();
      const error = await failure(
        remote.callBack!(() => {
          throw new RangeError("from the caller");
        }),
      );
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toBe("from the caller");
    });

    test("whoever lent something is told when the last stub of it is gone", async () => {
      const { remote } = start();
      const counter = (await remote.counter!()) as unknown as Remote & Disposable;
      expect(await counter.increment!()).toBe(1);
      const copy = (counter.dup as unknown as () => Remote & Disposable)();
      counter[Symbol.dispose]();
      await aWhile();
      expect(await remote.endings!()).toBe(0);
      expect(await copy.increment!()).toBe(2);
      copy[Symbol.dispose]();
      copy[Symbol.dispose]();
      await aWhile();
      expect(await remote.endings!()).toBe(1);
    });

    test("with a result go all stubs in it", async () => {
      const { remote } = start();
      const parts = (await remote.parts!()) as Disposable & {
        bar: { baz(): Promise<number> };
        list: Remote[];
      };
      expect([await parts.bar.baz(), await parts.list[0]!.increment!()]).toEqual([7, 1]);
      parts[Symbol.dispose]();
      expect((await failure(parts.bar.baz())).message).toBe("RPC stub used after being disposed.");
      await aWhile();
      expect(await remote.endings!()).toBe(1);
    });

    test("with a reply goes its result", async () => {
      const { remote } = start();
      const reply = remote.counter!();
      reply[Symbol.dispose]();
      await aWhile();
      expect(await remote.endings!()).toBe(1);
    });

    test("what a parameter leads to is told when the callee lets go", async () => {
      const { remote } = start();
      let ended = 0;
      const callback = Object.assign((value: unknown) => value, {
        [Symbol.dispose]: () => {
          ended += 1;
        },
      });
      await remote.keep!(callback, true);
      await aWhile();
      expect([ended, await remote.useKept!("x")]).toEqual([0, "x"]);
      await remote.letGo!();
      await aWhile();
      expect(ended).toBe(1);
    });

    test("a stub that comes home leads to the thing itself", async () => {
      const { remote } = start();
      const counter = (await remote.counter!()) as unknown as Remote;
      const back = (await remote.echo!(counter)) as unknown as Remote;
      expect([await counter.increment!(), await back.increment!()]).toEqual([1, 2]);
      let calls = 0;
      const mine = (await remote.echo!(() => ++calls)) as unknown as () => Promise<number>;
      expect([await mine(), calls]).toEqual([1, 1]);
    });

    test("members are found by the rules of the target", async () => {
      const { remote } = start();
      const { message } = await failure(remote.nope!());
      expect(message).toBe('The RPC receiver does not implement the method "nope".');
      const { getter } = remote as unknown as { getter: RemoteValue & { deep: RemoteValue } };
      expect(await (getter.deep.x as RemoteValue)).toBe(5);
      expect(await (getter.deep.f as () => Promise<number>)()).toBe(9);
    });
  });

  describe("order and pipelining", () => {
    test("calls arrive in the order in which they are made", async () => {
      const { remote } = start();
      const calls = Array.from({ length: 50 }, (_, index) => remote.note!(index));
      await Promise.all(calls);
      expect(await calls[49]).toHaveLength(50);
      expect(await calls[49]).toEqual([...Array(50).keys()]);
    });

    test("calls go through replies that have not arrived", async () => {
      const { remote } = start();
      const counter = remote.counter!() as unknown as Remote;
      const results = [counter.increment!(), counter.increment!()];
      expect(await Promise.all(results)).toEqual([1, 2]);
      const parts = remote.parts!() as unknown as { bar: { baz(): Promise<number> } };
      expect(await parts.bar.baz()).toBe(7);
      const failed = (remote.fail!("coded").x as () => RemoteValue)();
      expect((await failure(failed)).message).toBe("boom");
    });
  });

  describe("streams", () => {
    test("are read at the reader's pace, and cancelled with its reason", async () => {
      const { remote, target } = start();
      const reader = ((await remote.numbers!()) as ReadableStream<Uint8Array>).getReader();
      await aWhile();
      expect(target.pulls).toBe(0);
      expect((await reader.read()).value).toEqual(new Uint8Array([1]));
      expect((await reader.read()).value).toEqual(new Uint8Array([2]));
      await aWhile();
      expect(target.pulls).toBe(2);
      await reader.cancel("enough");
      await aWhile();
      expect(await remote.pulled!()).toEqual([2, "enough"]);
    });

    test("carry bytes and text, large ones too", async () => {
      const { remote } = start();
      const words = new ReadableStream({
        start(controller) {
          for (const word of ["a", new Uint8Array(0), new Uint8Array([98])]) {
            controller.enqueue(word);
          }
          controller.close();
        },
      });
      expect(await remote.text!(words)).toBe("ab");
      const large = new Response("x".repeat(9_000_000)).body;
      expect(((await textOf(await remote.echo!(large))) as string).length).toBe(9_000_000);
    });

    test("fail on the other side as well", async () => {
      const { remote } = start();
      const stream = await remote.brokenStream!();
      const error = await failure(textOf(stream));
      expect(error.message).toBe("ReadableStream received over RPC disconnected prematurely.");
      expect(error.cause).toMatchObject({ message: "no more" });
    });

    test("that somebody uses already do not cross", async () => {
      const { remote } = start();
      const stream = new ReadableStream();
      stream.getReader();
      expect((await failure(remote.text!(stream))).message).toBe(
        "The ReadableStream has been locked to a reader.",
      );
      const sink = new WritableStream();
      sink.getWriter();
      expect((await failure(remote.write!(sink))).message).toBe(
        "This WritableStream is currently locked to a writer.",
      );
    });

    test("are written to from the other side", async () => {
      const { remote } = start();
      const { readable, writable } = new TransformStream();
      const read = textOf(readable);
      await remote.write!(writable, ["one ", "two"]);
      expect(await read).toBe("one two");
    });

    test("a writer waits for the sink, and hears of its failure", async () => {
      const { remote } = start();
      let written = 0;
      const sink = new WritableStream({
        write() {
          written += 1;
          if (written === 3) throw new RangeError("full");
        },
      });
      expect(await remote.writeUntilRefused!(sink)).toBe("2 RangeError: full");
      expect(written).toBe(3);
    });
  });

  describe("requests and responses", () => {
    test("cross with their bodies", async () => {
      const { remote } = start();
      const init = {
        method: "PUT",
        body: "text",
        headers: { h: "1" },
        redirect: "manual",
      } as const;
      const request = new Request("http://object/path", { ...init, cf: { a: 1 } } as RequestInit);
      const [method, url, redirect, headers, cf] = (await remote.describe!(request)) as unknown[];
      expect([method, url, redirect, cf]).toEqual([
        "PUT",
        "http://object/path",
        "manual",
        { a: 1 },
      ]);
      expect(headers).toContainEqual(["h", "1"]);
      expect(await remote.text!(new Request("http://object/", init))).toBe("text");
      const response = (await remote.respond!()) as Response;
      expect([response.status, response.statusText, response.headers.get("a")]).toEqual([
        201,
        "Made",
        "b",
      ]);
      expect(await response.text()).toBe("héllo");
      const streamed = new Response(new Blob(["relayed"]).stream(), { headers: { x: "y" } });
      const relayed = (await remote.relay!(streamed)) as Response;
      expect([relayed.status, relayed.headers.get("x"), await relayed.text()]).toEqual([
        201,
        "y",
        "relayed",
      ]);
    });

    test("can be used once", async () => {
      const { remote } = start();
      const response = new Response("x");
      expect(await remote.text!(response)).toBe("x");
      expect((await failure(remote.text!(response))).message).toBe(
        "The ReadableStream has been locked to a reader.",
      );
    });

    test("headers are copied", async () => {
      const { remote } = start();
      const headers = new Headers([
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ]);
      const copy = (await remote.echo!({ headers })) as { headers: Headers };
      expect(copy.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    });
  });
});
