import { describe, expect, test } from "vitest";
import type { Timer } from "../clock.ts";
import { type InvocationContext, invocation } from "../context.ts";
import { TestClock } from "../test-clock.ts";
import { installGlobals } from "./install.ts";
import { installVirtualTime } from "./virtual-time.ts";

const before = { Request, Response, WebSocket, setTimeout, userAgent: navigator.userAgent };
installGlobals();
installGlobals();
installVirtualTime();

/** The global names that Node's types do not have. */
declare const scheduler: { wait(ms: number, options?: { signal?: AbortSignal }): Promise<void> };
declare const caches: {
  readonly default: {
    put(key: string | Request, response: Response): Promise<void>;
    match(key: string): Promise<Response | undefined>;
    delete(key: string): Promise<boolean>;
  };
};

function context(clock: TestClock) {
  const timers = new Set<Timer>();
  const uncaught: unknown[] = [];
  const waiting: (() => void)[] = [];
  let gated = false;
  const made: InvocationContext = {
    env: {},
    exports: {},
    clock,
    timers,
    waitUntil: () => undefined,
    uncaught: (error) => uncaught.push(error),
    run: (start) => (gated ? waiting.push(start) : start()),
  };
  return {
    run: <T>(callback: () => T): T => invocation.run(made, callback),
    timers,
    uncaught,
    close: () => {
      gated = true;
    },
    open: () => {
      gated = false;
      for (const start of waiting.splice(0)) start();
    },
  };
}

describe("outside of invocations", () => {
  test("Node's own behaviour stays", () => {
    const timer = setTimeout(() => undefined, 1000);
    expect(timer.constructor).toBe(before.setTimeout(() => undefined).constructor);
    clearTimeout(timer);
    expect(navigator.userAgent).toBe(before.userAgent);
    expect(new Date()).toBeInstanceOf(Date);
    const native = new before.Response("x");
    expect([native instanceof Response, new Response("x") instanceof before.Response]).toEqual([
      true,
      true,
    ]);
    expect(new before.Request("http://x/") instanceof Request).toBe(true);
    class Special extends Response {}
    expect([native instanceof Special, new Special("x") instanceof Special]).toEqual([false, true]);
    const socket = new WebSocket("ws://127.0.0.1:1/");
    socket.addEventListener("error", () => undefined);
    expect([socket instanceof WebSocket, socket instanceof before.WebSocket]).toEqual([true, true]);
  });
});

describe("Response", () => {
  test("reads like Node's, whatever it was made of", async () => {
    for (const body of ["héllo", new TextEncoder().encode("héllo"), new Blob(["héllo"])]) {
      expect(await new Response(body).text()).toBe("héllo");
      expect(await new Response(body).clone().text()).toBe("héllo");
      expect(new Uint8Array(await new Response(body).arrayBuffer())).toHaveLength(6);
      expect(await (await new Response(body).blob()).text()).toBe("héllo");
      const response = new Response(body, { status: 201, headers: { "x-a": "1" } });
      const copy = new Response(response.body, response);
      expect([copy.status, copy.headers.get("x-a"), await copy.text()]).toEqual([
        201,
        "1",
        "héllo",
      ]);
      expect(response.bodyUsed).toBe(true);
    }
    const once = new Response("x");
    await once.text();
    await expect(once.text()).rejects.toThrow(TypeError);
    expect([new Response().body, new Response(null).bodyUsed]).toEqual([null, false]);
    expect(await Response.json({ a: 1 }, { status: 202 }).json()).toEqual({ a: 1 });
    expect(Response.json(1).headers.get("content-type")).toBe("application/json");
    expect(Response.redirect("http://x/", 303).headers.get("location")).toBe("http://x/");
    expect(Response.error().type).toBe("error");
    expect(new Response(new URLSearchParams({ a: "b" })).headers.get("content-type")).toMatch(
      "x-www-form-urlencoded",
    );
  });

  test.each([
    [null, { status: 101 }, /range 200 to 599/],
    [null, { status: 99 }, /range 200 to 599/],
    ["x", { status: 204 }, /null body status/],
    [null, { webSocket: {} }, /not of type .WebSocket/],
  ])("new Response(%j, %j) is refused", (body, init, text) => {
    expect(() => new Response(body, init as ResponseInit)).toThrow(text);
  });
});

describe("Request", () => {
  test("takes streams without `duplex`, and copies", async () => {
    const stream = () => new Blob(["abc"]).stream();
    const request = new Request("http://x/", { method: "POST", body: stream() } as RequestInit);
    expect(await request.clone().text()).toBe("abc");
    const copy = new Request(request, { headers: { "x-a": "1" } });
    expect([copy.method, copy.headers.get("x-a"), await copy.text()]).toEqual(["POST", "1", "abc"]);
    expect(request.bodyUsed).toBe(true);
    expect(() => new Request("no address")).toThrow(TypeError);
    const withFacts = new Request("http://x/", { cf: { a: 1 } } as RequestInit);
    expect(Reflect.get(withFacts, "cf")).toEqual({ a: 1 });
  });
});

describe("time inside of an invocation", () => {
  test("follows the host's clock", async () => {
    const clock = new TestClock(1_000_000);
    const { run, timers } = context(clock);
    const log: string[] = [];
    run(() => {
      setTimeout((word: string) => log.push(`${word} ${Date.now()}`), 500, "timeout");
      const interval = setInterval(() => {
        log.push(`interval ${Date.parse(new Date().toISOString())}`);
        if (Date.now() >= 1_000_600) clearInterval(interval);
      }, 300);
      clearTimeout(setTimeout(() => log.push("never"), 100));
      clearTimeout(Number(setTimeout(() => log.push("never"), 100)));
      void scheduler.wait(700).then(() => log.push("waited"));
    });
    expect(timers.size).toBe(3);
    await clock.advance(2000);
    expect(log).toEqual(["interval 1000300", "timeout 1000500", "interval 1000600", "waited"]);
    expect(timers.size).toBe(0);
  });

  test("waits for the input gate, and catches what timers throw", async () => {
    const clock = new TestClock();
    const { run, uncaught, close, open } = context(clock);
    const log: string[] = [];
    run(() => {
      setTimeout(() => log.push("gated"), 10);
      setTimeout(() => {
        throw new Error("from a timer");
      }, 20);
      const late = setTimeout(() => log.push("never"), 10);
      setTimeout(() => clearTimeout(late), 5);
    });
    close();
    await clock.advance(100);
    expect(log).toEqual([]);
    open();
    expect(log).toEqual(["gated"]);
    expect(uncaught).toEqual([new Error("from a timer")]);
  });

  test("aborts by the clock", async () => {
    const clock = new TestClock();
    const { run } = context(clock);
    const signal = run(() => AbortSignal.timeout(5000));
    await clock.advance(4999);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect(signal.reason.name).toBe("TimeoutError");
    const aborted = new AbortController();
    const waiting = run(() => scheduler.wait(1000, { signal: aborted.signal }));
    aborted.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
  });

  test("a Worker is told where it runs", () => {
    const { run } = context(new TestClock());
    expect(run(() => navigator.userAgent)).toBe("Cloudflare-Workers");
  });
});

test("caches keep what they may, for as long as they may", async () => {
  const clock = new TestClock();
  const { run } = context(clock);
  const cache = caches.default;
  const age = { headers: { "cache-control": "max-age=10" } };
  await run(() => cache.put("http://x/a", new Response("kept", age)));
  await run(() =>
    cache.put("http://x/b", new Response("not", { headers: { "cache-control": "no-store" } })),
  );
  expect(await (await run(() => cache.match("http://x/a")))?.text()).toBe("kept");
  expect(await run(() => cache.match("http://x/b"))).toBe(undefined);
  await clock.advance(10_000);
  expect(await run(() => cache.match("http://x/a"))).toBe(undefined);
  await expect(
    cache.put(new Request("http://x/", { method: "POST" }), new Response("")),
  ).rejects.toThrow(TypeError);
  await cache.put("http://x/c", new Response("c", age));
  expect([await cache.delete("http://x/c"), await cache.delete("http://x/c")]).toEqual([
    true,
    false,
  ]);
});

test("timingSafeEqual compares bytes", () => {
  const { timingSafeEqual } = crypto.subtle as unknown as {
    timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean;
  };
  expect(timingSafeEqual(new Uint8Array([1]), new Uint8Array([1]))).toBe(true);
  expect(timingSafeEqual(new Uint8Array([1]), new Uint8Array([2]))).toBe(false);
  expect(() => timingSafeEqual(new Uint8Array(1), new Uint8Array(2))).toThrow(TypeError);
});
