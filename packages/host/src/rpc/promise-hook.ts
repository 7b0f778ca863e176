import { rpcErrors } from "../contract-errors.ts";
import type { Hook } from "./hook.ts";
import { invoke } from "./lookup.ts";

/** Calls on a result that has not arrived: they run on it when it has, in the order they were made. */
export class PromiseHook implements Hook {
  readonly #reply: Promise<unknown>;
  #disposed = false;

  constructor(reply: Promise<unknown>) {
    this.#reply = reply;
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    if (this.#disposed) return Promise.reject(rpcErrors.promiseDisposed());
    return this.#reply.then((value) => {
      try {
        return invoke(value, path, args);
      } catch (error) {
        throw error instanceof Error ? Object.assign(error, { remote: true }) : error;
      }
    });
  }

  dup(): Hook {
    return new PromiseHook(this.#reply);
  }

  dispose(): void {
    this.#disposed = true;
  }
}
