import {
  type Attributes,
  type AttributeValue,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

/** The instrumentation's name and version, as in the published package. */
const SCOPE = ["agents", "1"] as const;
const MAX_NAME_BYTES = 64;
const MAX_ERROR_TYPE = 64;

/** Attributes by name; undefined ones are left out. */
export type SpanAttributes = Readonly<Record<string, AttributeValue | undefined>>;

/** A span that ends once, whoever ends it. */
export interface OpenSpan {
  /** The context in which this span is the current one. */
  readonly context: Context;
  /** Runs `body` with this span as the current one. */
  run<T>(body: () => T): T;
  set(attributes: SpanAttributes): void;
  /** Ends the span as failed, or as cancelled when that is what the error says. */
  fail(error: unknown): void;
  /** Ends the span as cancelled: that is no failure. */
  cancel(): void;
  end(): void;
}

/** Opens a span named `{operation} {target}`, or `{operation}` where that is too long. */
export function openSpan(
  operation: string,
  target: string | undefined,
  attributes: SpanAttributes,
  {
    parent = context.active(),
    kind = SpanKind.INTERNAL,
  }: { parent?: Context; kind?: SpanKind } = {},
): OpenSpan {
  const name = spanName(operation, target);
  const tracer = trace.getTracer(...SCOPE);
  const span = tracer.startSpan(name, { kind, attributes: present(attributes) }, parent);
  return handleOf(span, trace.setSpan(parent, span));
}

function handleOf(span: Span, inside: Context): OpenSpan {
  let open = true;
  const finish = (attributes: SpanAttributes, failed: boolean): void => {
    if (!open) return;
    open = false;
    span.setAttributes(present(attributes));
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
  return {
    context: inside,
    run: (body) => context.with(inside, body),
    set: (attributes) => void (open && span.setAttributes(present(attributes))),
    fail: (error) =>
      isCancellation(error)
        ? finish({ "cloudflare.agents.canceled": true }, false)
        : finish({ "error.type": errorType(error) }, true),
    cancel: () => finish({ "cloudflare.agents.canceled": true }, false),
    end: () => finish({}, false),
  };
}

function spanName(operation: string, target: string | undefined): string {
  const full = target ? `${operation} ${target}` : operation;
  return new TextEncoder().encode(full).length <= MAX_NAME_BYTES ? full : operation;
}

/** A class of errors, never a message: messages hold what users wrote. */
function errorType(error: unknown): string {
  const type = error instanceof Error ? error.name || error.constructor.name : typeof error;
  return type.slice(0, MAX_ERROR_TYPE);
}

function isCancellation(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === "AbortError" || error.name === "ResponseAborted")
  );
}

function present(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
