import { freshProps, propsOf } from "../bindings/props.ts";
import { rpcErrors, workerErrors } from "../contract-errors.ts";
import { deliveredRequest } from "../http/request.ts";
import { brands } from "../rpc/brands.ts";
import { answer, outAndBack, send, thrown } from "../rpc/exchange.ts";
import type { Hook } from "../rpc/hook.ts";
import type { Received } from "../rpc/local.ts";
import { createServiceStub, ServiceStub } from "../rpc/stub.ts";
import type { Dispatcher } from "./dispatch.ts";
import type { WorkerExport } from "./exports.ts";
import { heldResponse } from "./held-response.ts";
import { isAbort } from "./worker-event.ts";

/** An entrypoint as its callers hold it: each call is an event of its own, with a new instance. */
export class EntrypointHook implements Hook {
  readonly #dispatcher: Dispatcher;
  readonly #entry: WorkerExport;
  readonly #props: object;

  constructor(dispatcher: Dispatcher, entry: WorkerExport, props: object) {
    this.#dispatcher = dispatcher;
    this.#entry = entry;
    this.#props = props;
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    return send(args, (received) => {
      const answered = this.#dispatcher.run(
        this.#entry,
        freshProps(this.#props),
        (target, ctx, event) =>
          this.#entry.kind === "handlers"
            ? answerPlain(target, path, received, [event.env, ctx])
            : answer(target, path, received, undefined),
      );
      return answered.catch(rethrow);
    });
  }

  fetch(request: Request): Promise<Response> {
    const delivered = deliveredRequest(request);
    return outAndBack(async () => {
      try {
        const props = freshProps(this.#props);
        return heldResponse(await this.#dispatcher.fetch(this.#entry, delivered, props), nothing);
      } catch (error) {
        return rethrow(error);
      }
    });
  }

  dup(): Hook {
    return this;
  }

  dispose(): void {
    // Entrypoints hold nothing between calls.
  }
}

function nothing(): void {
  // What its body is made of is held by the event.
}

/** What the event's own code threw, on its way to the caller. */
function rethrow(error: unknown): never {
  const isTold = typeof error === "object" && error !== null && "remote" in error;
  throw isTold || isAbort(error) ? error : thrown(error, undefined);
}

/**
 * A call on `export default { … }`: a function that is no class member takes one argument from its
 * caller, then `env` and `ctx`.
 */
function answerPlain(
  target: object,
  path: readonly string[],
  received: Received,
  rest: readonly unknown[],
): unknown {
  const [name, ...deeper] = path;
  const { args } = received;
  const handler: unknown =
    name !== undefined && deeper.length === 0 && Object.hasOwn(target, name)
      ? Reflect.get(target, name)
      : undefined;
  if (args === undefined || name === undefined || typeof handler !== "function") {
    return answer(target, path, received, undefined);
  }
  const call = (...given: readonly unknown[]) => {
    if (given.length !== 1) throw workerErrors.wrongArgumentCount(name);
    if (handler.length > 3) throw workerErrors.wrongParameterCount(name);
    return Reflect.apply(handler, target, [...given, ...rest]);
  };
  return answer(call, [], received, undefined);
}

/** Something that only answers requests, such as the static files. */
class FetcherHook implements Hook {
  readonly fetch: (request: Request) => Promise<Response>;

  constructor(fetch: (request: Request) => Promise<Response>) {
    this.fetch = (request) => outAndBack(() => fetch(request));
  }

  call(path: readonly string[]): Promise<unknown> {
    return Promise.reject(rpcErrors.noSuchMethod(path.join(".")));
  }

  dup(): Hook {
    return this;
  }

  dispose(): void {
    // Nothing is held.
  }
}

/** `env.ASSETS` and its like: `fetch` and no methods. */
export function createFetcher(fetch: (request: Request) => Promise<Response>): object {
  return createServiceStub(new FetcherHook(fetch));
}

/** What `ctx.exports` offers for an entrypoint. Its own class for its name alone. */
class LoopbackServiceStub extends ServiceStub {}

/**
 * What `ctx.exports` offers for an entrypoint: a stub without props, and, when called with
 * `{ props }`, a stub whose instances get them as `ctx.props`.
 */
export function loopbackEntrypoint(dispatcher: Dispatcher, entry: WorkerExport): object {
  const stubWith = (props: object) =>
    createServiceStub(new EntrypointHook(dispatcher, entry, props));
  const plain = stubWith({});
  const { name } = LoopbackServiceStub;
  const specialise = (options?: unknown) => stubWith(propsOf(options, name));
  return new Proxy(specialise, {
    get(_target, key) {
      if (key === "constructor") return LoopbackServiceStub;
      if (key === brands.loopback) return name;
      return key === Symbol.toStringTag ? name : Reflect.get(plain, key);
    },
    has: (_target, key) => key === brands.loopback || Reflect.has(plain, key),
    ownKeys: () => [],
    getOwnPropertyDescriptor: () => undefined,
    getPrototypeOf: () => LoopbackServiceStub.prototype,
  });
}
