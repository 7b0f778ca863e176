import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type AttributeValue,
  type Context,
  type ContextManager,
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import type { RuntimeSpan, RuntimeTracing } from "./runtime.ts";

/** The runtime's tracing once it is known. */
export interface RuntimeSlot {
  tracing: RuntimeTracing | undefined;
}

/** Keeps OpenTelemetry's context over promises and timers, and makes its span the runtime's too. */
export class BridgeContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  readonly #runtime: RuntimeSlot;

  constructor(runtime: RuntimeSlot) {
    this.#runtime = runtime;
  }

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    inside: Context,
    body: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const run = () => this.#storage.run(inside, () => body.call(thisArg, ...args));
    const span = bridged(trace.getSpan(inside));
    const { tracing } = this.#runtime;
    return span && tracing ? tracing.withActiveSpan(span, run) : run();
  }

  bind<T>(inside: Context, target: T): T {
    if (typeof target !== "function") return target;
    const bound = (...args: unknown[]): unknown =>
      this.with(inside, () => Reflect.apply(target, undefined, args));
    return bound as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

/** Gives tracers whose spans are the runtime's. */
export class BridgeTracerProvider implements TracerProvider {
  readonly #tracer: Tracer;

  constructor(runtime: RuntimeSlot) {
    this.#tracer = new BridgeTracer(runtime);
  }

  getTracer(): Tracer {
    return this.#tracer;
  }
}

class BridgeTracer implements Tracer {
  readonly #runtime: RuntimeSlot;

  constructor(runtime: RuntimeSlot) {
    this.#runtime = runtime;
  }

  startSpan(name: string, options: SpanOptions = {}, parent: Context = context.active()): Span {
    const { tracing } = this.#runtime;
    if (!tracing) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const start = () => tracing.startSpan(name);
    const above = options.root ? undefined : bridged(trace.getSpan(parent));
    const span = new BridgeSpan(above ? tracing.withActiveSpan(above, start) : start());
    return options.attributes ? span.setAttributes(options.attributes) : span;
  }

  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const body = rest.at(-1) as F;
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : {};
    const parent = rest.length > 2 ? (rest[1] as Context) : context.active();
    const span = this.startSpan(name, options, parent);
    return context.with(
      trace.setSpan(parent, span),
      body as (span: Span) => ReturnType<F>,
      undefined,
      span,
    );
  }
}

/** A span of OpenTelemetry that is one of the runtime's; attributes that are lists are left out. */
class BridgeSpan implements Span {
  readonly runtime: RuntimeSpan;
  #open = true;

  constructor(runtime: RuntimeSpan) {
    this.runtime = runtime;
  }

  spanContext(): SpanContext {
    return this.runtime.spanContext?.() ?? INVALID_SPAN_CONTEXT;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.#open && !Array.isArray(value)) {
      this.runtime.setAttribute(key, value as string | number | boolean);
    }
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined) this.setAttribute(key, value);
    }
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus({ code, message }: { code: SpanStatusCode; message?: string }): this {
    const told = { [SpanStatusCode.OK]: "ok", [SpanStatusCode.ERROR]: "error" } as const;
    const status = code === SpanStatusCode.UNSET ? "unset" : told[code];
    if (this.#open) this.runtime.setStatus?.({ code: status, ...(message ? { message } : {}) });
    return this;
  }

  updateName(name: string): this {
    if (this.#open) this.runtime.updateName?.(name);
    return this;
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.runtime.end();
  }

  isRecording(): boolean {
    return this.#open && this.runtime.isTraced !== false;
  }

  recordException(exception: unknown): void {
    if (!this.#open) return;
    const { name = "Error", message = String(exception) } = exception as Partial<Error>;
    this.runtime.recordException?.({ name, message });
  }
}

function bridged(span: Span | undefined): RuntimeSpan | undefined {
  return span instanceof BridgeSpan ? span.runtime : undefined;
}
