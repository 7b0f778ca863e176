import { AsyncLocalStorage } from "node:async_hooks";
import { FreeholdError } from "../errors.ts";

/** The fiber that code runs for. */
export interface CurrentFiber {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly stash: (data: unknown) => void;
}

const current = new AsyncLocalStorage<CurrentFiber>();

/** Runs `body` so that {@link stashInFiber} stores for `fiber`. */
export function withinFiber<T>(fiber: CurrentFiber, body: () => T): T {
  return current.run(fiber, body);
}

/** Stores how far the running fiber is. @throws FreeholdError `no_fiber`. */
export function stashInFiber(data: unknown): void {
  const fiber = current.getStore();
  if (!fiber) throw noFiber();
  fiber.stash(data);
}

function noFiber(): FreeholdError {
  return new FreeholdError("no_fiber", "stash() called outside a fiber", {
    help: "Call it from the function that was given to runFiber or startFiber.",
  });
}
