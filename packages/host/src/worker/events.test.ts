import { beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { installGlobals } from "../globals/install.ts";
import { RpcTarget, workersModule } from "../modules/workers.ts";
import { createEnv } from "./env.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { LoadedVersion } from "./loaded-version.ts";
import { ServiceLink } from "./service-links.ts";

type Remote = Record<string, (...args: unknown[]) => Promise<unknown>> & {
  fetch(input: string, init?: RequestInit): Promise<Response>;
};
type Entrypoint = Remote & ((options?: unknown) => Remote);

const WorkerEntrypoint = workersModule(() => undefined).WorkerEntrypoint as new (
  ctx: unknown,
  env: unknown,
) => object;

let log: string[] = [];

class Thing extends RpcTarget {
  readonly #name: string;
  constructor(name: string) {
    super();
    this.#name = name;
  }
  hello() {
    return `hello from ${this.#name}`;
  }
  [Symbol.dispose]() {
    log.push(`end of ${this.#name}`);
  }
}

class Ent extends WorkerEntrypoint {
  declare ctx: ExecutionContext;
  thing(name: string) {
    return new Thing(name);
  }
  props() {
    return this.ctx.props;
  }
  changeProps() {
    const props = this.ctx.props as { list: number[] };
    props.list.push(9);
    return props.list;
  }
  keep(callback: { dup(): () => Promise<unknown> }) {
    kept = callback.dup();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ctx.waitUntil(promise);
    letGo = resolve;
  }
  fail() {
    throw new RangeError("in the entrypoint");
  }
  abort(reason?: unknown) {
    return this.ctx.abort(reason);
  }
  fetch(request: Request) {
    if (new URL(request.url).pathname === "/fail") throw new TypeError("in fetch");
    return new Response(`${request.url} ${request.headers.get("x")}`);
  }
}

/** What an entrypoint keeps, and what ends the event that keeps it. */
let kept: () => Promise<unknown>;
let letGo: () => void;

interface Handlers {
  readonly [name: string]: unknown;
}

async function load(handlers: Handlers, services: Parameters<typeof linkOf>[0][] = []) {
  const links = services.map(linkOf);
  const reports: unknown[] = [];
  const context = {} as Parameters<typeof createEnv>[0]["context"];
  const config = { name: "me", vars: {}, durableObjects: [] };
  const env = createEnv({
    config: config as unknown as Parameters<typeof createEnv>[0]["config"],
    namespace: () => ({}),
    assets: undefined,
    services: links,
    bindings: [],
    context,
  });
  const version = await LoadedVersion.load({
    loader: async () => ({ default: handlers, Ent }),
    env,
    services: links,
    clock: systemClock,
    boundClasses: [],
    namespaceParts: () => undefined,
    report: (error) => reports.push(error),
  });
  const main = version.main!;
  const run = () => version.dispatcher.fetch(main, new Request("http://worker/"));
  const exports = version.exports as unknown as Record<string, Entrypoint>;
  return { version, env: env as Record<string, Remote>, exports, run, reports };
}

function linkOf(parts: { service: string; entrypoint?: string; props?: object }): ServiceLink {
  return new ServiceLink({ name: "SVC", ...parts }, "me");
}

async function aWhile(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve));
}

beforeAll(installGlobals);

describe("at the end of an event", () => {
  test("stubs that nobody disposed of end, the youngest first", async () => {
    log = [];
    const { run } = await load({
      async fetch(_request: Request, _env: unknown, ctx: ExecutionContext) {
        const { Ent: ent } = ctx.exports as { Ent: Remote };
        const first = (await ent.thing!("one")) as Thing & Disposable;
        await ent.thing!("two");
        const ended = (await ent.thing!("three")) as Disposable;
        ended[Symbol.dispose]();
        await aWhile();
        log.push(await first.hello());
        return new Response();
      },
    });
    await run();
    await aWhile();
    expect(log).toEqual(["end of three", "hello from one", "end of two", "end of one"]);
  });

  test("waitUntil and a body on its way keep it from ending", async () => {
    log = [];
    const { run } = await load({
      async fetch(_request: Request, _env: unknown, ctx: ExecutionContext) {
        const thing = (await (ctx.exports as { Ent: Remote }).Ent.thing!("it")) as Thing;
        const late = aWhile().then(async () => log.push(await thing.hello()));
        ctx.waitUntil(late);
        const body = new ReadableStream({
          async pull(controller) {
            await late;
            controller.enqueue(new TextEncoder().encode(await thing.hello()));
            controller.close();
          },
        });
        return new Response(body);
      },
    });
    const response = await run();
    await aWhile();
    expect(await response.text()).toBe("hello from it");
    await aWhile();
    expect(log).toEqual(["hello from it", "end of it"]);
  });

  test("what it lent out as a parameter cannot be called any more", async () => {
    const { run } = await load({
      async fetch(_request: Request, _env: unknown, ctx: ExecutionContext) {
        await (ctx.exports as { Ent: Remote }).Ent.keep!(() => "still here");
        return new Response(String(await kept()));
      },
    });
    expect(await (await run()).text()).toBe("still here");
    await expect(kept()).rejects.toThrow(
      "The execution context which hosts this callback is no longer running.",
    );
    letGo();
    await aWhile();
    await expect(kept()).rejects.toThrow("RPC stub used after being disposed.");
  });
});

describe("an entrypoint", () => {
  test("has props of its own in each event, or none", async () => {
    const { exports } = await load({});
    const { Ent: ent } = exports as { Ent: Entrypoint };
    expect(await ent.props!()).toEqual({});
    const given = { list: [1] };
    const special = ent({ props: given });
    given.list.push(2);
    expect([await special.changeProps!(), await special.changeProps!()]).toEqual([
      [1, 9],
      [1, 9],
    ]);
    const service = (await ent({ props: { ent: ent({}) } }).props!()) as { ent: Remote };
    expect(await service.ent.props!()).toEqual({});
    const refused = "Failed to execute '(called as function)' on 'LoopbackServiceStub'";
    expect(() => ent()).toThrow(refused);
    expect(() => ent({ props: 5 })).toThrow("Incorrect type for the 'props' field on 'Options'");
    expect(() => ent({ props: { ent } })).toThrow('type "LoopbackServiceStub"');
    expect(() => ent({ props: { f: () => 1 } })).toThrow("could not be cloned.");
    expect(ent.constructor.name).toBe("LoopbackServiceStub");
  });

  test("gets requests whose headers are fixed, and answers in the same way", async () => {
    const { exports } = await load({});
    const { Ent: ent } = exports as { Ent: Entrypoint };
    const response = await ent.fetch("http://any/path?q#f", { headers: { x: "y" } });
    expect([response.url, await response.text()]).toEqual([
      "http://any/path?q#f",
      "http://any/path?q y",
    ]);
    expect(() => response.headers.set("a", "b")).toThrow("Can't modify immutable headers.");
    expect(new Response(null, response).headers.append("a", "b")).toBeUndefined();
    await expect(ent.fetch("http://any/fail")).rejects.toMatchObject({
      name: "TypeError",
      remote: true,
    });
    const aborted = ent.fetch("http://any/", { signal: AbortSignal.abort(new RangeError("no")) });
    await expect(aborted).rejects.toThrow(new RangeError("no"));
  });

  test("fails with what it throws, or with the reason of its abort", async () => {
    const { exports } = await load({});
    const { Ent: ent } = exports as { Ent: Entrypoint };
    await expect(ent.fail!()).rejects.toMatchObject({ name: "RangeError", remote: true });
    const aborted = await ent.abort!("enough").then(undefined, (error: unknown) => error);
    expect({ ...(aborted as Error) }).toEqual({});
    expect((aborted as Error).message).toBe("enough");
    await expect(ent.abort!()).rejects.toThrow(
      "Worker execution was aborted due to call to ctx.abort().",
    );
  });
});

describe("functions of the default export", () => {
  const handlers = {
    value: 5,
    none: () => 0,
    tell: (argument: unknown, env: object, ctx: ExecutionContext) => [
      argument,
      Object.keys(env),
      typeof ctx.waitUntil,
    ],
    many: (...args: unknown[]) => args.length,
    four: (_a: unknown, _b: unknown, _c: unknown, _d: unknown) => 0,
  };

  test("take one argument, and get env and ctx besides", async () => {
    const { exports } = await load(handlers, [{ service: "me" }]);
    const main = exports.default as Remote;
    expect(await main.tell!({ a: 1 })).toEqual([{ a: 1 }, ["SVC"], "function"]);
    expect(await main.many!(1)).toBe(3);
    expect(await (main as unknown as { value: Promise<number> }).value).toBe(5);
    await expect(main.none!()).rejects.toThrow('RPC function "none" with the wrong number');
    await expect(main.tell!(1, 2)).rejects.toThrow('RPC function "tell" with the wrong number');
    await expect(main.four!(1)).rejects.toThrow('Cannot call handler function "four" over RPC');
    await expect(main.nope!(1)).rejects.toThrow('does not implement the method "nope"');
  });
});

describe("a service binding", () => {
  test("to the Worker itself leads to an entrypoint of the same version", async () => {
    const props = { a: 1 };
    const { env } = await load({}, [{ service: "me", entrypoint: "Ent", props }]);
    expect(await env.SVC!.props!()).toEqual({ a: 1 });
    expect(await (await env.SVC!.fetch("http://x/")).text()).toBe("http://x/ null");
    await expect(load({}, [{ service: "me", entrypoint: "Nope" }])).rejects.toMatchObject({
      code: "ENTRYPOINT_NOT_EXPORTED",
    });
  });

  test("to another Worker fails with each use", async () => {
    const { env } = await load({}, [{ service: "other" }]);
    const missing = { code: "SERVICE_NOT_FOUND" };
    await expect(env.SVC!.anything!()).rejects.toMatchObject(missing);
    await expect(env.SVC!.fetch("http://x/")).rejects.toMatchObject(missing);
  });
});

test("every object and function that a module exports stands in ctx.exports", async () => {
  const { exports } = await load({});
  expect(Object.keys(exports).sort()).toEqual(["Ent", "default"]);
});
