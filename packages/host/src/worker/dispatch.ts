import type { Clock } from "../clock.ts";
import { invocation } from "../context.ts";
import { httpErrors } from "../contract-errors.ts";
import { ExecutionContext, WorkerEvent, type WorkerEventParts } from "./execution-context.ts";
import type { WorkerExport } from "./exports.ts";
import { InFlight } from "./in-flight.ts";

/** Events of a Worker besides `fetch`. */
export type WorkerEventName = "scheduled" | "email" | "queue";

export interface DispatcherParts {
  readonly env: object;
  readonly exports: object;
  readonly clock: Clock;
  /** Errors that nobody else will see. */
  readonly report: (error: unknown) => void;
}

const NO_PROPS: object = Object.freeze({});

/** Runs the events of one version of a Worker, each in a context of its own. */
export class Dispatcher {
  readonly #parts: WorkerEventParts;
  readonly #inFlight: InFlight;

  constructor({ env, exports, clock, report }: DispatcherParts) {
    this.#inFlight = new InFlight(report);
    const waitUntil = (promise: unknown) => this.#inFlight.waitUntil(promise);
    this.#parts = { env, exports, clock, report, waitUntil };
  }

  /** Resolves when no event runs and nothing is waited for. */
  idle(): Promise<void> {
    return this.#inFlight.idle();
  }

  /** Rejects with what the handler throws. */
  async fetch(entry: WorkerExport, request: object, props = NO_PROPS): Promise<Response> {
    const response = await this.#event(entry, "fetch", request, props);
    if (!(response instanceof globalThis.Response)) throw httpErrors.notAResponse();
    return response;
  }

  async dispatch(entry: WorkerExport, name: WorkerEventName, argument: object): Promise<void> {
    await this.#event(entry, name, argument, NO_PROPS);
  }

  /** Runs work in an event, with an instance of an entrypoint's class, or the handlers, as its target. */
  async run<T>(
    entry: WorkerExport,
    props: object,
    work: (target: object, ctx: ExecutionContext) => T | PromiseLike<T>,
  ): Promise<T> {
    const event = new WorkerEvent(this.#parts);
    this.#inFlight.begin();
    try {
      return await invocation.run(event, () => {
        const ctx = new ExecutionContext(event, props);
        return work(this.#target(entry, ctx), ctx);
      });
    } finally {
      this.#inFlight.end();
    }
  }

  #event(entry: WorkerExport, name: string, argument: object, props: object): Promise<unknown> {
    return this.run(entry, props, (target, ctx) => {
      const handler: unknown = Reflect.get(target, name);
      if (typeof handler !== "function") throw httpErrors.noHandler(name);
      const isClass = entry.kind === "entrypoint";
      const parameters = isClass ? [argument] : [argument, this.#parts.env, ctx];
      return Reflect.apply(handler, target, parameters);
    });
  }

  #target(entry: WorkerExport, ctx: ExecutionContext): object {
    if (entry.kind === "handlers") return entry.handlers;
    if (entry.kind === "entrypoint") return new entry.entrypointClass(ctx, this.#parts.env);
    throw httpErrors.noHandler("fetch");
  }
}
