import {
  context,
  createContextKey,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  trace,
} from "@opentelemetry/api";
import { FreeholdError } from "../../errors.ts";
import { BridgeContextManager, BridgeTracerProvider } from "./bridge.ts";
import { loadRuntimeTracing, type RuntimeTracing } from "./runtime.ts";

/**
 * Connects the OpenTelemetry API to the tracing of the runtime. Call it once, where the Worker's
 * module is evaluated: afterwards spans of libraries that use the API, of `wrapAISDK` and your own
 * are spans of the runtime. Where OpenTelemetry is registered already, it stays as it is; on a
 * runtime that traces nothing, spans cost next to nothing.
 *
 * @throws FreeholdError `otel_half_registered` when there is a tracer provider without a context
 *   manager, or the other way round.
 *
 * @example
 * import { experimental_registerOpenTelemetry } from "@freehold/agents/observability";
 *
 * experimental_registerOpenTelemetry();
 */
export function experimental_registerOpenTelemetry(): void {
  registerOpenTelemetry(loadRuntimeTracing);
}

/** The same with a runtime of one's own. */
export function registerOpenTelemetry(load: () => Promise<RuntimeTracing | undefined>): void {
  const [traces, contexts] = [hasTracerProvider(), hasContextManager()];
  if (traces && contexts) return;
  if (traces || contexts) {
    throw new FreeholdError(
      "otel_half_registered",
      `OpenTelemetry has a ${traces ? "tracer provider but no context manager" : "context manager but no tracer provider"}`,
      { help: "Register both before, or neither: then this function does." },
    );
  }
  const runtime: { tracing: RuntimeTracing | undefined } = { tracing: undefined };
  context.setGlobalContextManager(new BridgeContextManager(runtime));
  trace.setGlobalTracerProvider(new BridgeTracerProvider(runtime));
  load().then((tracing) => {
    runtime.tracing = tracing;
  });
}

function hasTracerProvider(): boolean {
  const provider = trace.getTracerProvider();
  // Before anything is registered, every proxy delegates to one and the same provider.
  if (!(provider instanceof ProxyTracerProvider)) return true;
  return provider.getDelegate() !== new ProxyTracerProvider().getDelegate();
}

function hasContextManager(): boolean {
  const key = createContextKey("freehold probe");
  return context.with(
    ROOT_CONTEXT.setValue(key, true),
    () => context.active().getValue(key) === true,
  );
}
