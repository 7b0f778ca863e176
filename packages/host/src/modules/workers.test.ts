import { describe, expect, test } from "vitest";
import { type InvocationContext, invocation } from "../context.ts";
import { brandClass, brands, classHasBrand } from "../rpc/brands.ts";
import { EmailMessage } from "./email.ts";
import { workersModule } from "./workers.ts";
import { NonRetryableError } from "./workflows.ts";

type Env = Record<string, unknown>;
type WithEnv = <T>(env: object, callback: () => T) => T;

const scope = { env: { NAME: "module" }, exports: { default: 1 } };
const module = workersModule(() => scope);
const env = module.env as Env;
const withEnv = module.withEnv as WithEnv;

function running(values: object): InvocationContext & { readonly waited: unknown[] } {
  const waited: unknown[] = [];
  return { env: values, exports: { Running: 1 }, waited, waitUntil: (it) => void waited.push(it) };
}

describe("cloudflare:workers", () => {
  test("exports what programs import", () => {
    expect(Object.keys(module).sort()).toEqual([
      "DurableObject",
      "RpcPromise",
      "RpcProperty",
      "RpcStub",
      "RpcTarget",
      "ServiceStub",
      "WorkerEntrypoint",
      "WorkflowEntrypoint",
      "abortIsolate",
      "cache",
      "env",
      "exports",
      "restore",
      "tracing",
      "waitUntil",
      "withEnv",
      "withEnvAndExports",
      "withExports",
    ]);
  });

  test("base classes keep what they are given, and mark their subclasses", () => {
    const Base = module.DurableObject as new (ctx: object, env: object) => object;
    class Room extends Base {}
    class State {}
    brandClass(State, brands.objectState);
    const [ctx, given] = [new State(), {}];
    expect(new Room(ctx, given)).toEqual({ ctx, env: given });
    expect(() => new Room({}, given)).toThrow(
      "Failed to construct 'DurableObjectBase': constructor parameter 1 is not of type 'DurableObjectState'.",
    );
    const Entrypoint = module.WorkerEntrypoint as new (ctx: unknown) => object;
    expect(() => new Entrypoint(1)).toThrow("parameter 1 is not of type 'Object'");
    expect(classHasBrand(Room, brands.durableObject)).toBe(true);
    expect(classHasBrand(Room, brands.workerEntrypoint)).toBe(false);
    expect(classHasBrand(class {}, brands.durableObject)).toBe(false);
    expect(Object.keys(Room.prototype)).toEqual([]);
  });

  test("env is that of the running event, and of the module otherwise", () => {
    expect(env.NAME).toBe("module");
    const seen = invocation.run(running({ NAME: "event", OTHER: 2 }), () => [
      env.NAME,
      Object.keys(env),
      "OTHER" in env,
      { ...env },
      Object.keys(module.exports as object),
    ]);
    expect(seen).toEqual([
      "event",
      ["NAME", "OTHER"],
      true,
      { NAME: "event", OTHER: 2 },
      ["Running"],
    ]);
    expect(Object.keys(module.exports as object)).toEqual(["default"]);
  });

  test("withEnv holds for everything that its callback starts", async () => {
    const later = withEnv({ NAME: "other" }, async () => {
      await Promise.resolve();
      return env.NAME;
    });
    expect(env.NAME).toBe("module");
    expect(await later).toBe("other");
    const nested = invocation.run(running({ NAME: "event" }), () =>
      withEnv({ NAME: "inner" }, () => env.NAME),
    );
    expect(nested).toBe("inner");
  });

  test("waitUntil belongs to the running event", () => {
    const waitUntil = module.waitUntil as (promise: Promise<unknown>) => void;
    const event = running({});
    const promise = Promise.resolve();
    invocation.run(event, () => waitUntil(promise));
    expect(event.waited).toEqual([promise]);
    expect(() => waitUntil(promise)).toThrow("while an event is being handled");
  });
});

test("tracing runs what it is given, with spans that record nothing", () => {
  const tracing = module.tracing as Record<string, (...args: unknown[]) => unknown>;
  const name = (span: unknown) => Object.prototype.toString.call(span);
  expect(tracing.enterSpan!("x", (span: unknown, extra: number) => [name(span), extra], 5)).toEqual(
    ["[object Span]", 5],
  );
  const isActive = (span: unknown) => tracing.getActiveSpan!() === span;
  expect(tracing.startActiveSpan!("x", isActive)).toBe(true);
  expect(tracing.withActiveSpan!(tracing.startSpan!("y"), isActive)).toBe(true);
  expect(() => tracing.startActiveSpan!("x", {})).toThrow("parameter 2 is not of type 'Function'");
});

test("the other modules", () => {
  expect({ ...new EmailMessage("a@x", "b@y", "raw") }).toEqual({
    from: "a@x",
    to: "b@y",
    raw: "raw",
  });
  const error = new NonRetryableError("no");
  expect([error.name, error.message]).toEqual(["NonRetryableError", "no"]);
});
