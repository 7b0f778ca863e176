import { messageOf } from "../../errors.ts";

/** A span of the runtime, as far as it is used. Older runtimes lack some of it. */
export interface RuntimeSpan {
  readonly isTraced?: boolean;
  spanContext?(): { traceId: string; spanId: string; traceFlags: number };
  setAttribute(key: string, value: string | number | boolean): unknown;
  setStatus?(status: { code: "unset" | "ok" | "error"; message?: string }): unknown;
  updateName?(name: string): unknown;
  recordException?(exception: { name: string; message: string }): unknown;
  end(): void;
}

/** `tracing` of `cloudflare:workers`, as far as it is used. */
export interface RuntimeTracing {
  startSpan(name: string): RuntimeSpan;
  withActiveSpan<T>(span: RuntimeSpan, body: () => T): T;
}

/** The runtime's tracing; undefined outside of a Worker, and where the runtime has none. */
export async function loadRuntimeTracing(): Promise<RuntimeTracing | undefined> {
  try {
    const { tracing } = (await import("cloudflare:workers")) as {
      tracing?: Partial<RuntimeTracing>;
    };
    return tracing?.startSpan && tracing.withActiveSpan ? (tracing as RuntimeTracing) : undefined;
  } catch (error) {
    console.debug(`No tracing of a runtime: ${messageOf(error)}`);
    return undefined;
  }
}
