/** A span that records nothing. */
class Span {
  readonly isTraced = false;

  spanContext(): {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
  } {
    return { traceId: "0".repeat(32), spanId: "0".repeat(16), traceFlags: 0 };
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  recordException(): void {
    // Nothing records it.
  }

  updateName(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  end(): void {
    // Nothing records it.
  }

  get [Symbol.toStringTag](): string {
    return "Span";
  }
}

type Callback<A extends unknown[], R> = (span: Span, ...args: A) => R;

let active = new Span();

/** `tracing` of `cloudflare:workers`: runs what it is given, with spans that record nothing. */
class Tracing {
  declare readonly Span: typeof Span;

  enterSpan<A extends unknown[], R>(_name: string, callback: Callback<A, R>, ...args: A): R {
    return withSpan(new Span(), () => callback(active, ...args));
  }

  startActiveSpan<A extends unknown[], R>(_name: string, callback: Callback<A, R>, ...args: A): R {
    if (typeof callback !== "function") {
      throw new TypeError(
        "Failed to execute 'startActiveSpan' on 'Tracing': parameter 2 is not of type 'Function'.",
      );
    }
    return withSpan(new Span(), () => callback(active, ...args));
  }

  startSpan(_name: string): Span {
    return new Span();
  }

  getActiveSpan(): Span {
    return active;
  }

  withActiveSpan<R>(span: Span, callback: (span: Span) => R): R {
    return withSpan(span, () => callback(span));
  }

  get [Symbol.toStringTag](): string {
    return "Tracing";
  }
}

/** For the time of a synchronous call: nothing is recorded that a later reader could miss. */
function withSpan<R>(span: Span, callback: () => R): R {
  const before = active;
  active = span;
  try {
    return callback();
  } finally {
    active = before;
  }
}

for (const name of Object.getOwnPropertyNames(Tracing.prototype)) {
  if (name !== "constructor") {
    Object.defineProperty(Tracing.prototype, name, { enumerable: true });
  }
}

// Behind the methods, where `for...in` lists it.
Object.defineProperty(Tracing.prototype, "Span", { value: Span, enumerable: true });

/** One for the process: it holds nothing. */
export const tracing: object = new Tracing();
