import { invocation } from "../context.ts";
import { AbortedSignal } from "./reset.ts";

/** Told of errors that belong to no object and no event of the Worker. */
export type UncaughtListener = (error: unknown) => void;

const listeners = new Set<UncaughtListener>();

/** Node runs the handlers in the asynchronous context in which the error was thrown. */
function handle(error: unknown): void {
  if (error instanceof AbortedSignal) return;
  const context = invocation.getStore();
  if (context?.uncaught !== undefined) {
    context.uncaught(error);
    return;
  }
  for (const listener of listeners) listener(error);
}

/**
 * Keeps the process alive when user code throws where nobody catches, or leaves a rejection
 * unhandled: the error goes to the log of its object, and all else to `listener`.
 *
 * @returns takes the handlers back, with the last listener
 */
export function handleUncaught(listener: UncaughtListener): () => void {
  if (listeners.size === 0) {
    process.on("uncaughtException", handle);
    process.on("unhandledRejection", handle);
  }
  listeners.add(listener);
  return () => {
    if (!listeners.delete(listener) || listeners.size > 0) return;
    process.off("uncaughtException", handle);
    process.off("unhandledRejection", handle);
  };
}
