import { messageOf } from "../errors.ts";
import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";
import type { LifecycleRouteEnvelope } from "../lifecycle/host.ts";
import { contractErrors } from "./contract-errors.ts";
import type { AgentPath } from "./path.ts";

/** What an agent offers the agents it is related to, besides its own methods. */
export interface AgentStub {
  fetch(request: Request): Promise<Response>;
  __unsafe_ensureInitialized(): Promise<void>;
  _cf_routeLifecycle(
    target: LifecycleRouteAddress | undefined,
    envelope: LifecycleRouteEnvelope,
  ): Promise<unknown>;
  _cf_invokeSubAgent(
    className: string,
    name: string,
    method: string,
    args: unknown[],
  ): Promise<unknown>;
  _cf_invokeSubAgentPath(path: AgentPath, method: string, args: unknown[]): Promise<unknown>;
}

/** Names that languages and tools look up on any value: asking for them is no call. */
const NO_CALLS: ReadonlySet<string | symbol> = new Set([
  ...["toJSON", "then", "catch", "finally", "valueOf", "toString", "constructor", "prototype"],
  ...["$$typeof", "@@toStringTag", "asymmetricMatch", "nodeType"],
]);

/** A stub whose methods are calls. `fetch` stands for itself. */
export function stubProxy(
  call: (method: string, args: unknown[]) => Promise<unknown>,
  fetch: (...args: unknown[]) => unknown,
): object {
  return new Proxy(Object.create(null) as object, {
    get(_target, name) {
      if (typeof name === "symbol" || NO_CALLS.has(name)) return undefined;
      if (name === "fetch") return fetch;
      return (...args: unknown[]) => call(name, args);
    },
  });
}

/** Calls a method of a stub. @throws Error when there is no such method; what it throws. */
export async function invoke(
  stub: object,
  className: string,
  method: string,
  args: readonly unknown[],
): Promise<unknown> {
  const callable = Reflect.get(stub, method) as ((...args: unknown[]) => unknown) | undefined;
  if (typeof callable !== "function") throw contractErrors.methodMissing(method, className);
  try {
    return await Reflect.apply(callable, stub, args);
  } catch (error) {
    if (isMissingMethod(error, method)) throw contractErrors.methodMissing(method, className);
    throw error;
  }
}

/** The platform's own words for a method that the other side does not have. */
export function isMissingMethod(error: unknown, method: string): boolean {
  return messageOf(error) === `The RPC receiver does not implement the method "${method}".`;
}
