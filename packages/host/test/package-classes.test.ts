import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import {
  type Binding,
  type BindingContext,
  createHost,
  type PackageClass,
  type PackageNamespace,
  type PackageObjectContext,
  type WorkerModule,
} from "../src/index.ts";
import { createTestHost, TestClock } from "../src/testing/index.ts";
import { testConfig } from "./fixtures/config.ts";

/** Objects whose class belongs to a package. */

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const nothing = () => undefined;
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

class Counter {
  readonly context: PackageObjectContext;
  readonly rings: number[] = [];

  constructor(context: PackageObjectContext) {
    this.context = context;
  }

  add(by: number): number {
    const { kv } = this.context.storage;
    const total = Number(kv.get("total") ?? 0) + by;
    kv.put("total", total);
    return total;
  }

  about(): {
    readonly name: string | undefined;
    readonly greeting: unknown;
    readonly kind: string;
  } {
    const { name, exported, executionContext } = this.context;
    const greeting = exported("greeting");
    return { name, greeting, kind: String(executionContext()) };
  }

  async ring(inMs: number): Promise<void> {
    await this.context.storage.setAlarm(Date.now() + inMs);
  }

  alarm(): void {
    this.add(100);
  }

  later(inMs: number): void {
    this.context.after(inMs, () => this.add(1000));
  }

  leaveAfter(turns: number): void {
    const done = this.context.keepBusy();
    this.context.leave("idle");
    const step = (left: number) => (left === 0 ? done() : this.context.soon(() => step(left - 1)));
    step(turns);
  }
}

const made: Counter[] = [];
const counters: PackageClass<Counter> = {
  kind: "counter",
  name: "main",
  create(context) {
    const counter = new Counter(context);
    made.push(counter);
    return counter;
  },
};

async function start(greeting: unknown = "hello") {
  made.length = 0;
  const dataDirectory = await mkdtemp(join(tmpdir(), "freehold-package-"));
  cleanUp.push(() => rm(dataDirectory, { recursive: true, force: true }));
  const clock = new TestClock();
  let context: BindingContext | undefined;
  const binding: Binding = {
    name: "COUNTERS",
    classes: [counters],
    create(given) {
      context = given;
      return { total: (name: string) => given.namespace(counters).get(name).add(0) };
    },
  };
  const worker = async (): Promise<WorkerModule> => ({ greeting: Greeting(greeting), default: {} });
  const host = await createTestHost({
    worker,
    config: { ...testConfig, durableObjects: [], durableClasses: [] },
    bindings: [binding],
    durability: "memory",
    ...{ dataDirectory, clock, log: quiet },
  });
  cleanUp.push(() => host.close());
  const namespace = (context as unknown as BindingContext).namespace(
    counters,
  ) as PackageNamespace<Counter>;
  return { host, clock, namespace };
}

/** Only classes and handlers are exports that a host knows of. */
function Greeting(text: unknown): object {
  return { text };
}

describe("an object of a package", () => {
  test("has a database of its own, an alarm and the user's exports", async () => {
    const { clock, namespace } = await start();
    expect(await namespace.get("a").add(1)).toBe(1);
    expect(await namespace.get("a").add(2)).toBe(3);
    expect(await namespace.get("b").add(5)).toBe(5);
    expect(await namespace.get("a").about()).toMatchObject({
      name: "a",
      greeting: { text: "hello" },
      kind: "[object ExecutionContext]",
    });
    await namespace.get("a").ring(60_000);
    await clock.advance(59_999);
    expect(await namespace.get("a").add(0)).toBe(3);
    await clock.advance(1);
    expect(await namespace.get("a").add(0)).toBe(103);
  });

  test("is listed by name, the youngest first, a page at a time", async () => {
    const { clock, namespace } = await start();
    for (const name of ["one", "two", "three"]) {
      await namespace.get(name).add(1);
      await clock.advance(10);
    }
    await namespace.get("empty").about();
    const names = namespace.list().map(({ name }) => name);
    expect(names).toEqual(["three", "two", "one"]);
    const [first] = namespace.list({ limit: 1 });
    expect(namespace.list({ limit: 5, after: first! }).map(({ name }) => name)).toEqual([
      "two",
      "one",
    ]);
  });

  test("leaves memory once nothing runs, and takes no timer along", async () => {
    const { clock, namespace } = await start();
    await namespace.get("a").later(1000);
    await namespace.get("a").leaveAfter(3);
    expect(made).toHaveLength(1);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    expect(made[0]!.context.isOver).toBe(true);
    await clock.advance(2000);
    expect(await namespace.get("a").add(1)).toBe(1);
    expect(made).toHaveLength(2);
  });

  test("is no Durable Object of the Worker", async () => {
    const { host } = await start();
    expect(Object.keys(host.exports)).not.toContain("counter:main");
    expect(await (host.env.COUNTERS as { total(name: string): Promise<number> }).total("a")).toBe(
      0,
    );
  });
});

test("a class of a package has a name that is safe as a file's", async () => {
  const binding: Binding = {
    name: "BAD",
    classes: [{ kind: "counter", name: "../up", create: () => ({}) }],
    create: () => ({}),
  };
  const options = {
    worker: async () => ({ default: {} }),
    config: { ...testConfig, durableObjects: [], durableClasses: [] },
    dataDirectory: await mkdtemp(join(tmpdir(), "freehold-package-")),
    bindings: [binding],
    log: quiet,
  };
  cleanUp.push(() => rm(options.dataDirectory, { recursive: true, force: true }));
  await expect(createHost(options)).rejects.toMatchObject({ code: "PACKAGE_CLASS_INVALID" });
});

describe("a binding to a workflow class", () => {
  const binding: Binding = { name: "FLOW", workflowClass: "Flow", create: () => ({ flow: true }) };

  async function startWith(module: WorkerModule) {
    const dataDirectory = await mkdtemp(join(tmpdir(), "freehold-package-"));
    cleanUp.push(() => rm(dataDirectory, { recursive: true, force: true }));
    const host = await createTestHost({
      worker: async () => module,
      config: { ...testConfig, durableObjects: [], durableClasses: [] },
      bindings: [binding],
      durability: "memory",
      ...{ dataDirectory, clock: new TestClock(), log: quiet },
    });
    cleanUp.push(() => host.close());
    return host;
  }

  test("needs the class, and stands on `ctx.exports` too", async () => {
    const platform = "cloudflare:workers";
    const { WorkflowEntrypoint } = (await import(platform)) as {
      WorkflowEntrypoint: new () => object;
    };
    const host = await startWith({ Flow: class Flow extends WorkflowEntrypoint {}, default: {} });
    expect(host.exports.Flow).toBe(host.env.FLOW);
    const missing = { code: "CLASS_NOT_EXPORTED" };
    await expect(startWith({ default: {} })).rejects.toMatchObject(missing);
    await expect(startWith({ Flow: class {}, default: {} })).rejects.toMatchObject(missing);
  });
});
