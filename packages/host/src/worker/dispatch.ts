import { copyProps } from "../bindings/props.ts";
import type { Clock } from "../clock.ts";
import { invocation } from "../context.ts";
import { httpErrors } from "../contract-errors.ts";
import type { HostLimits } from "../limits.ts";
import { ExecutionContext } from "./execution-context.ts";
import type { WorkerExport } from "./exports.ts";
import { heldResponse } from "./held-response.ts";
import { InFlight } from "./in-flight.ts";
import { WorkerEvent, type WorkerEventParts } from "./worker-event.ts";

/** Events of a Worker besides `fetch`. */
export type WorkerEventName = "scheduled" | "email" | "queue";

export interface DispatcherParts {
  readonly env: object;
  readonly exports: object;
  readonly clock: Clock;
  readonly limits?: HostLimits | undefined;
  /** Errors that nobody else will see. */
  readonly report: (error: unknown) => void;
}

const NO_PROPS: object = Object.freeze({});

/** Runs the events of one version of a Worker, each in a context of its own. */
export class Dispatcher {
  readonly #parts: WorkerEventParts;
  readonly #inFlight: InFlight;

  constructor({ env, exports, clock, limits, report }: DispatcherParts) {
    this.#inFlight = new InFlight(report);
    const waitUntil = (promise: unknown) => this.#inFlight.waitUntil(promise);
    this.#parts = { env, exports, clock, limits, report, waitUntil };
  }

  /** Resolves when no event runs and nothing is waited for. */
  idle(): Promise<void> {
    return this.#inFlight.idle();
  }

  /** Rejects with what the handler throws. */
  fetch(entry: WorkerExport, request: object, props = NO_PROPS): Promise<Response> {
    return this.run(entry, props, async (target, ctx, event) => {
      const response = await this.#handle(entry, target, "fetch", [request], ctx);
      if (!(response instanceof globalThis.Response)) throw httpErrors.notAResponse();
      // What a body is made of may be in use until it is sent.
      return event.hasTies ? heldResponse(response, event.hold()) : response;
    });
  }

  async dispatch(entry: WorkerExport, name: WorkerEventName, argument: object): Promise<void> {
    await this.run(entry, NO_PROPS, (target, ctx) =>
      this.#handle(entry, target, name, [argument], ctx),
    );
  }

  /** Runs work in an event, with an instance of an entrypoint's class, or the handlers, as its target. */
  run<T>(
    entry: WorkerExport,
    props: object,
    work: (target: object, ctx: ExecutionContext, event: WorkerEvent) => T | PromiseLike<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const event = new WorkerEvent(this.#parts, reject);
      const letGo = event.hold();
      const end = () => {
        letGo();
        this.#inFlight.end();
      };
      this.#inFlight.begin();
      const result = invocation.run(event, async () => {
        const ctx = new ExecutionContext(event, props === NO_PROPS ? {} : copyProps(props));
        return await work(this.#target(entry, ctx), ctx, event);
      });
      result.then(
        (value) => {
          end();
          resolve(value);
        },
        (error: unknown) => {
          end();
          reject(error);
        },
      );
    });
  }

  #handle(
    entry: WorkerExport,
    target: object,
    name: string,
    args: readonly unknown[],
    ctx: ExecutionContext,
  ): unknown {
    const handler: unknown = Reflect.get(target, name);
    if (typeof handler !== "function") throw httpErrors.noHandler(name);
    const parameters = entry.kind === "entrypoint" ? args : [...args, this.#parts.env, ctx];
    return Reflect.apply(handler, target, parameters);
  }

  #target(entry: WorkerExport, ctx: ExecutionContext): object {
    if (entry.kind === "handlers") return entry.handlers;
    if (entry.kind === "entrypoint") return new entry.entrypointClass(ctx, this.#parts.env);
    throw httpErrors.noHandler("fetch");
  }
}
