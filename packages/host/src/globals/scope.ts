import { invocation } from "../context.ts";
import { globalErrors } from "../contract-errors.ts";
import { ErrorEvent } from "../sockets/events.ts";
import { define, defineGlobal, defineInside } from "./define.ts";

/** What listeners of the global scope are kept in: the global object of Node is no `EventTarget`. */
const scope = new EventTarget();

/** What `PromiseRejectionEvent` is in Workers; Node has none. */
class PromiseRejectionEvent extends Event {
  readonly promise: Promise<unknown> | undefined;
  readonly reason: unknown;

  constructor(
    type: string,
    init: { readonly promise?: Promise<unknown>; readonly reason?: unknown } = {},
  ) {
    super(type);
    this.promise = init.promise;
    this.reason = init.reason;
  }
}

/**
 * The global scope of a Worker: `self`, listeners, `reportError`. Libraries take `self` for a browser's
 * window, so it is there inside of invocations only.
 */
export function installScope(): void {
  defineInside("self", () => globalThis);
  // Objects are no tabs of one browser: Workers have none.
  defineInside("BroadcastChannel", () => undefined);
  const members = ["addEventListener", "removeEventListener", "dispatchEvent"] as const;
  for (const name of members) {
    const member = scope[name].bind(scope);
    define(member, "name", name);
    defineInside(name, () => member);
  }
  defineGlobal("PromiseRejectionEvent", PromiseRejectionEvent);
  defineGlobal("reportError", reportError);
}

/** Tells the listeners of `error`, and, unless one of them prevents it, the log. */
function reportError(...errors: readonly unknown[]): void {
  if (errors.length === 0) throw globalErrors.reportWithoutValue();
  const [error] = errors;
  const message = `Uncaught ${String(error)}`;
  const event = new ErrorEvent("error", { message, error, cancelable: true });
  if (!scope.dispatchEvent(event)) return;
  const context = invocation.getStore();
  if (context?.uncaught) context.uncaught(error);
  else console.error(error);
}
