import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TestObject } from "../../test/support/object.ts";
import { currentContext } from "../context.ts";
import type { LifecycleJobContext } from "../jobs/job.ts";
import {
  LifecycleCapability,
  type LifecycleEvent,
  type LifecycleRouteAddress,
  type LifecycleRouteContext,
} from "./capability.ts";
import { HostHooks, type RouteTransport } from "./host.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { LifecycleOptions } from "./parts.ts";
import { encodeProps } from "./props.ts";

const MEMORY = "Durable Object's isolate exceeded its memory limit and was reset.";

let object: TestObject;

beforeEach(() => {
  object = new TestObject();
  vi.useFakeTimers({ now: 1_000_000_000_000, toFake: ["Date"] });
  vi.spyOn(console, "error").mockReset().mockReturnValue();
});

afterEach(() => vi.useRealTimers());

/** A Durable Object with hooks that write down what happens, in a life of its own. */
class Host {
  readonly seen: unknown[] = [];
  readonly ctx = object.life();
  readonly env: unknown = {};
  failing: Error | undefined;

  onStart(props?: unknown) {
    this.seen.push(["onStart", props, currentContext().agent === this]);
    if (this.failing) throw this.failing;
  }

  onRequest(request: Request) {
    if (request.url.endsWith("throw")) throw new Error("secret");
    return new Response("from the host");
  }

  onAlarm() {
    this.seen.push(["onAlarm"]);
  }

  onJob({ job }: LifecycleJobContext) {
    this.seen.push(["onJob", job.fn, job.capability]);
  }

  onAlarmMemoryLimit(context: unknown) {
    this.seen.push(["memory", context]);
  }
}

class Probe extends LifecycleCapability {
  readonly seen: unknown[];

  constructor(seen: unknown[], id = "probe") {
    super(id);
    this.seen = seen;
  }

  override onStart() {
    this.seen.push([`${this.capabilityId} starts`, this.lifecycle.status()]);
    this.lifecycle.events.emit("probe:start", {});
  }

  onJob({ job }: LifecycleJobContext) {
    this.seen.push([this.capabilityId, job.fn]);
    if (job.fn === "heavy") throw new Error(MEMORY);
    if (job.fn === "track") {
      this.seen.push(this.lifecycle.trackAlarmWork(Promise.reject(new Error(MEMORY))));
    }
  }

  onMemoryLimit() {
    this.seen.push(["policy"]);
  }

  dispose() {
    this.seen.push([`${this.capabilityId} disposed`]);
    if (this.capabilityId === "b") throw new Error("cannot");
  }

  get services() {
    return this.lifecycle;
  }
}

function live(options?: LifecycleOptions) {
  const host = new Host();
  const events: unknown[] = [];
  class Hooks extends HostHooks {
    override emit({ source, type }: LifecycleEvent) {
      events.push([source, type]);
    }
  }
  const lifecycle = new Lifecycle(host as never, options, new Hooks(host));
  const probe = new Probe(host.seen);
  lifecycle.use(probe);
  return { host, events, lifecycle, probe, seen: host.seen };
}

describe("a start", () => {
  test("runs capabilities, then the host, once, and tells events when it has succeeded", async () => {
    const { events, lifecycle, seen } = live();
    await Promise.all([
      lifecycle.start({ a: 1 }),
      lifecycle.start(),
      lifecycle.fetch(new Request("http://x")),
    ]);
    expect(seen).toEqual([
      ["probe starts", "starting"],
      ["onStart", { a: 1 }, true],
    ]);
    expect([events, lifecycle.isStarted()]).toEqual([[["probe", "probe:start"]], true]);
  });

  test("that fails is tried again by the next event, and its events are forgotten", async () => {
    const { events, host, lifecycle } = live();
    host.failing = new Error("not yet");
    await expect(lifecycle.start()).rejects.toThrow("not yet");
    expect([events, lifecycle.isStarted()]).toEqual([[], false]);
    expect((await lifecycle.fetch(new Request("http://x"))).status).toBe(500);
    host.failing = undefined;
    expect((await lifecycle.fetch(new Request("http://x"))).status).toBe(200);
    expect(events).toEqual([["probe", "probe:start"]]);
  });

  test("without props has those of the last one with some, when they are durable", async () => {
    const headers = { "x-agents-lifecycle-props": encodeProps({ user: 1 }) };
    const first = live({ durableProps: true });
    await first.lifecycle.fetch(new Request("http://x", { headers }));
    const second = live({ durableProps: true });
    await second.lifecycle.start();
    const third = live();
    await third.lifecycle.start();
    expect([second.seen[1], third.seen[1]]).toEqual([
      ["onStart", { user: 1 }, true],
      ["onStart", undefined, true],
    ]);
  });

  test("writes nothing", async () => {
    await live().lifecycle.start();
    expect([object.sql("SELECT name FROM sqlite_master"), object.kv.size, object.alarm]).toEqual([
      [],
      0,
      null,
    ]);
  });
});

test("the entry points are taken but for those the host defines", async () => {
  const host = Object.assign(new Host(), { alarm: () => "own" });
  const lifecycle = Lifecycle.install(host as never);
  const { fetch } = host as unknown as { fetch(request: Request): Promise<Response> };
  expect(await (await fetch(new Request("http://x"))).text()).toBe("from the host");
  expect(host.alarm()).toBe("own");
  expect(() => lifecycle.installHandlers()).toThrow("handlers are already installed");
});

test("an error gives 500, and its stack only in development", async () => {
  const { lifecycle } = live();
  const answer = await lifecycle.fetch(new Request("http://x/throw"));
  expect([answer.status, await answer.text()]).toEqual([500, "Internal Server Error"]);
  const host = Object.assign(new Host(), { env: { FREEHOLD_DEV: "1" } });
  const shown = await new Lifecycle(host as never).fetch(new Request("http://x/throw"));
  expect(await shown.text()).toMatch(/secret\n\s+at /);
});

describe("the alarm", () => {
  test("runs what is due, then onAlarm, and is set for what is left", async () => {
    const { lifecycle, probe, seen } = live();
    await lifecycle.start();
    const { jobs } = probe.services;
    await jobs.push({ fn: "soon", time: Date.now() + 10 });
    await lifecycle.jobs.push({ fn: "own", time: Date.now() + 20 });
    await jobs.push({ id: "late", fn: "late", time: Date.now() + 60_000 });
    vi.setSystemTime(Date.now() + 30);
    await lifecycle.alarm();
    expect(seen.slice(2)).toEqual([["probe", "soon"], ["onJob", "own", "host"], ["onAlarm"]]);
    expect(object.alarm).toBe(Date.now() + 60_000 - 30);
  });

  test("that hits the memory limit puts its work off, and ends the life of the object", async () => {
    const { lifecycle, probe, seen } = live();
    await lifecycle.start();
    await probe.services.jobs.push({ id: "h", fn: "heavy", time: Date.now(), recoveryLoop: true });
    await lifecycle.alarm();
    const nextTime = Date.now() + 30_000;
    const executing = expect.objectContaining({ id: "h" });
    expect(seen.slice(2)).toEqual([
      ["probe", "heavy"],
      ["policy"],
      ["memory", { sealed: false, nextTime, executing }],
    ]);
    expect([object.alarm, object.aborted.length]).toEqual([nextTime, 1]);
    expect(object.kv.get("cf_agents:oom_alarm_strikes")).toBe(1);
    const next = live();
    await next.lifecycle.alarm();
    expect(object.kv.has("cf_agents:oom_alarm_strikes")).toBe(false);
  });

  test("counts work that outlives its job as its own", async () => {
    const { lifecycle, probe, seen } = live();
    await lifecycle.start();
    expect(probe.services.trackAlarmWork(Promise.resolve())).toBe(false);
    await probe.services.jobs.push({ fn: "track", time: Date.now() });
    await lifecycle.alarm();
    await Promise.all(object.background);
    expect(seen).toContainEqual(true);
    expect(object.aborted).toHaveLength(1);
  });

  test("is never set again once it is disabled", async () => {
    const { lifecycle, probe } = live();
    await lifecycle.start();
    await lifecycle.disableAlarms();
    await probe.services.jobs.push({ fn: "soon", time: Date.now() });
    await lifecycle.rearmAlarm();
    await lifecycle.alarm();
    expect(object.alarm).toBeNull();
    const answer = await lifecycle.fetch(new Request("http://x"));
    expect([answer.status, await answer.text()]).toEqual([503, "Durable Object destroyed"]);
  });

  test("of a start that fails comes again by itself after 30 s", async () => {
    const { host, lifecycle } = live();
    host.failing = new Error("not yet");
    await expect(lifecycle.alarm()).rejects.toThrow("not yet");
    expect(object.alarm).toBe(Date.now() + 30_000);
  });
});

test("capabilities are disposed of in reverse, whatever one of them throws", async () => {
  const { lifecycle, seen } = live();
  lifecycle.use(new Probe(seen, "b")).use(new Probe(seen, "c"));
  await lifecycle.dispose();
  expect(seen).toEqual([["c disposed"], ["b disposed"], ["probe disposed"]]);
});

test("an observer that fails harms nobody", async () => {
  const { probe, lifecycle } = live();
  class Hooks extends HostHooks {
    override emit() {
      throw new Error("observer");
    }
  }
  const host = new Host();
  const failing = new Lifecycle(host as never, {}, new Hooks(host));
  failing.use(new Probe([], "other"));
  await failing.start();
  await lifecycle.start();
  expect(failing.isStarted()).toBe(true);
  expect(() => probe.services.events.emit("x", {})).not.toThrow();
});

test("capabilities of nested objects reach each other by the transport of their hosts", async () => {
  const address = { key: "child", data: "path to the child" };
  class Echo extends LifecycleCapability {
    constructor() {
      super("echo");
    }

    onRoute({ payload, source }: LifecycleRouteContext) {
      return [source?.key ?? "root", payload];
    }

    get routes() {
      return this.lifecycle.routes;
    }
  }
  const make = (source: LifecycleRouteAddress | undefined, send: RouteTransport["send"]) => {
    class Hooks extends HostHooks {
      override get routes() {
        return { source, send };
      }
    }
    const host = new Host();
    const lifecycle = new Lifecycle(host as never, {}, new Hooks(host));
    const echo = new Echo();
    lifecycle.use(echo);
    return { lifecycle, echo };
  };
  const root = make(undefined, (_target, envelope) => child.lifecycle.route(envelope));
  const child = make(address, (_target, envelope) => root.lifecycle.route(envelope));
  expect(await child.echo.routes.toRoot("up")).toEqual(["child", "up"]);
  expect(await root.echo.routes.to(address, "down")).toEqual(["root", "down"]);
  expect(await root.echo.routes.toRoot("here")).toEqual(["root", "here"]);
  expect([root.lifecycle.isStarted(), child.lifecycle.isStarted()]).toEqual([true, true]);
});
