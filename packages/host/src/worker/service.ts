import { rpcErrors } from "../contract-errors.ts";
import { answer, outAndBack, send } from "../rpc/exchange.ts";
import type { Hook } from "../rpc/hook.ts";
import { createServiceStub } from "../rpc/stub.ts";
import type { Dispatcher } from "./dispatch.ts";
import type { WorkerExport } from "./exports.ts";

/** An entrypoint as its callers hold it: each call is an event of its own, with a new instance. */
class EntrypointHook implements Hook {
  readonly #dispatcher: Dispatcher;
  readonly #entry: WorkerExport;
  readonly #props: object;

  constructor(dispatcher: Dispatcher, entry: WorkerExport, props: object) {
    this.#dispatcher = dispatcher;
    this.#entry = entry;
    this.#props = props;
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    if (this.#entry.kind !== "entrypoint") {
      return Promise.reject(rpcErrors.noSuchMethod(path.join(".")));
    }
    return send(args, (received) =>
      this.#dispatcher.run(this.#entry, this.#props, (target) =>
        answer(target, path, received, undefined),
      ),
    );
  }

  fetch(request: Request): Promise<Response> {
    return outAndBack(() => this.#dispatcher.fetch(this.#entry, request, this.#props));
  }

  dup(): Hook {
    return this;
  }

  dispose(): void {
    // Entrypoints hold nothing between calls.
  }
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

/**
 * What `ctx.exports` offers for an entrypoint: a stub without props, and, when called with
 * `{ props }`, a stub whose instances get them as `ctx.props`.
 */
export function loopbackEntrypoint(dispatcher: Dispatcher, entry: WorkerExport): object {
  const stubWith = (props: object) =>
    createServiceStub(new EntrypointHook(dispatcher, entry, props));
  const plain = stubWith({});
  const specialise = (options?: { readonly props?: object }) => stubWith(options?.props ?? {});
  return new Proxy(specialise, {
    get: (_target, key) => Reflect.get(plain, key),
    has: (_target, key) => Reflect.has(plain, key),
    ownKeys: () => [],
    getOwnPropertyDescriptor: () => undefined,
    getPrototypeOf: () => Object.getPrototypeOf(plain) as object,
  });
}
