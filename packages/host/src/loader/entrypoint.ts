import { loaderErrors } from "../contract-errors.ts";
import { deliveredRequest } from "../http/request.ts";
import { outAndBack, send } from "../rpc/exchange.ts";
import type { Hook } from "../rpc/hook.ts";
import type { LoadedWorker, Selection } from "./loaded-worker.ts";

/** An entrypoint of a loaded Worker. Calls that are made before the code is there wait for it. */
export class LoadedEntrypoint implements Hook {
  readonly staysHome = true;
  readonly #worker: LoadedWorker;
  readonly #selection: Selection;

  constructor(worker: LoadedWorker, selection: Selection) {
    this.#worker = worker;
    this.#selection = selection;
  }

  whyHome(): Error {
    return loaderErrors.notTransferable();
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    return send(args, async (received) => {
      received.arrive();
      try {
        return await this.#worker.call(this.#selection, path, received.args);
      } finally {
        received.dispose();
      }
    });
  }

  fetch(request: Request): Promise<Response> {
    const delivered = deliveredRequest(request);
    return outAndBack(() => this.#worker.fetch(this.#selection, delivered));
  }

  dup(): Hook {
    return this;
  }

  dispose(): void {
    // Nothing is held between calls.
  }
}
