import { expect, test, vi } from "vitest";
import { TestClock } from "../../test/support/fakes.ts";
import { Connections } from "../connections/connections.ts";
import { changeHookOf } from "../state/hooks.ts";
import { Destruction } from "./destruction.ts";
import { failureText, isDevelopment } from "./development.ts";
import { instanceName } from "./name.ts";
import { resolveOptions } from "./options.ts";
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

test("options that a class leaves out have their defaults, field by field", () => {
  expect(resolveOptions({ retry: { maxAttempts: 9 }, sendIdentityOnConnect: false })).toEqual({
    sendIdentityOnConnect: false,
    hungScheduleTimeoutSeconds: 30,
    keepAliveIntervalMs: 30_000,
    retry: { maxAttempts: 9, baseDelayMs: 100, maxDelayMs: 3000 },
  });
});

test("the change hook has two names, of which a class may use one", () => {
  class Base {
    onStateChanged() {
      return "base";
    }
    onStateUpdate() {
      return "base";
    }
  }
  class Present extends Base {
    override onStateChanged() {
      return "present";
    }
  }
  class Old extends Base {
    override onStateUpdate() {
      return "old";
    }
  }
  class Both extends Present {
    override onStateChanged() {
      return "both";
    }
    override onStateUpdate() {
      return "both";
    }
  }
  const warn = vi.spyOn(console, "warn").mockReset().mockReturnValue();
  const of = (agent: object) => changeHookOf(agent, Base.prototype);
  expect([new Base(), new Present(), new Old(), new Old()].map(of)).toEqual([
    undefined,
    "onStateChanged",
    "onStateUpdate",
    "onStateUpdate",
  ]);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(() => of(new Both())).toThrow("[Agent] Cannot override both");
});

test("destroying marks, disposes in reverse, wipes once and ends the object later", async () => {
  const clock = new TestClock();
  const order: string[] = [];
  const stored = new Map<string, unknown>();
  const capability = (id: string) => ({ id, dispose: () => void order.push(`dispose ${id}`) });
  const destruction = new Destruction({
    connections: new Connections({ accept: () => undefined, get: () => [] }, {}),
    capabilities: [capability("a"), { id: "none" }, capability("b")],
    clock,
    emit: (type) => void order.push(type),
    stored: (key) => stored.get(key),
    store: (key, value) => {
      stored.set(key, value);
      order.push("mark");
    },
    wipe: async () => void order.push("wipe"),
    abort: (reason) => void order.push(`abort ${reason}`),
  });
  expect([destruction.pending(), destruction.begun]).toEqual([false, false]);
  await Promise.all([destruction.destroy(), destruction.destroy()]);
  expect([destruction.pending(), destruction.begun]).toEqual([true, true]);
  expect(order).toEqual(["mark", "dispose b", "dispose a", "wipe", "destroy"]);
  clock.advance(0);
  expect(order.at(-1)).toBe("abort destroyed");
  stored.set("cf_agents_destroy_pending", clock.now() + 1);
  expect(destruction.pending()).toBe(false);
});
