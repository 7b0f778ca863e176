import { context, ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, expect, test } from "vitest";
import { experimental_registerOpenTelemetry, registerOpenTelemetry } from "./register.ts";
import type { RuntimeSpan, RuntimeTracing } from "./runtime.ts";

afterEach(() => {
  trace.disable();
  context.disable();
});

/** A runtime that writes down its spans, each below the one that was active. */
class WritingRuntime implements RuntimeTracing {
  readonly log: string[] = [];
  #active = "";

  startSpan(name: string): RuntimeSpan {
    const path = `${this.#active}/${name}`;
    const write = (what: string) => void this.log.push(`${path} ${what}`);
    write("start");
    return Object.assign(
      {
        spanContext: () => ({ traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 }),
        setAttribute: (key: string, value: unknown) => write(`${key}=${value}`),
        setStatus: ({ code }: { code: string }) => write(code),
        updateName: (to: string) => write(`named ${to}`),
        recordException: ({ name }: { name: string }) => write(`threw ${name}`),
        end: () => write("end"),
      },
      { path },
    );
  }

  withActiveSpan<T>(span: RuntimeSpan, body: () => T): T {
    const before = this.#active;
    this.#active = (span as RuntimeSpan & { path: string }).path;
    try {
      return body();
    } finally {
      this.#active = before;
    }
  }
}

test("spans of the API become the runtime's, one below the other", async () => {
  const runtime = new WritingRuntime();
  const early = trace.getTracer("library");
  registerOpenTelemetry(async () => runtime);
  await Promise.resolve();
  await early.startActiveSpan(
    "outer",
    { attributes: { a: 1, list: ["left out"] } },
    async (outer) => {
      await Promise.resolve();
      const inner = early.startSpan("inner");
      inner.setStatus({ code: SpanStatusCode.ERROR }).updateName("renamed");
      inner.recordException(new TypeError("x"));
      inner.end();
      inner.end();
      inner.setAttribute("late", 1);
      expect([inner.isRecording(), outer.isRecording()]).toEqual([false, true]);
      expect(trace.getActiveSpan()).toBe(outer);
      early.startSpan("apart", { root: true }).end();
      const given = early.startSpan("given");
      // The runtime's own spans follow as well.
      context.with(trace.setSpan(context.active(), given), () => runtime.startSpan("native").end());
      given.end();
      outer.end();
    },
  );
  expect(runtime.log).toEqual([
    "/outer start",
    "/outer a=1",
    "/outer/inner start",
    "/outer/inner error",
    "/outer/inner named renamed",
    "/outer/inner threw TypeError",
    "/outer/inner end",
    "/apart start",
    "/apart end",
    "/outer/given start",
    "/outer/given/native start",
    "/outer/given/native end",
    "/outer/given end",
    "/outer end",
  ]);
  expect(trace.getActiveSpan()).toBeUndefined();
});

test("bound functions run in their context", () => {
  registerOpenTelemetry(async () => undefined);
  const key = Symbol("key");
  const bound = context.bind(ROOT_CONTEXT.setValue(key, "kept"), () =>
    context.active().getValue(key),
  );
  expect([bound(), context.active().getValue(key)]).toEqual(["kept", undefined]);
});

test("where the runtime traces nothing, spans record nothing", () => {
  experimental_registerOpenTelemetry();
  experimental_registerOpenTelemetry();
  const span = trace.getTracer("t").startSpan("s");
  expect(span.isRecording()).toBe(false);
  span.end();
});

test("what is registered stays", () => {
  const provider = new TracerProvider({});
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  experimental_registerOpenTelemetry();
  expect(trace.getTracer("t").startSpan("s").isRecording()).toBe(true);
});

test("half of a registration is refused", () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const half = { code: "otel_half_registered" };
  expect(experimental_registerOpenTelemetry).toThrowError(expect.objectContaining(half));
  context.disable();
  trace.setGlobalTracerProvider(new TracerProvider({}));
  expect(experimental_registerOpenTelemetry).toThrowError(expect.objectContaining(half));
});
