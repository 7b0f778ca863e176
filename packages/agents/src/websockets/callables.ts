import { RpcTarget } from "cloudflare:workers";
import { FreeholdError, messageOf } from "../errors.ts";
import type { CallTable } from "../rpc/call-table.ts";
import type { CallableMethod } from "../rpc/callable.ts";
import { CAPNWEB_SEND } from "../wire.ts";

/** Whether a value is the runtime's `RpcTarget`. */
export function isTarget(value: unknown): boolean {
  return value instanceof RpcTarget;
}

/** Names that a client can never call: they belong to every object. */
const INHERITED: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(RpcTarget.prototype),
  "constructor",
]);

/**
 * The methods of a target's prototypes, the nearest declaration of each name.
 *
 * @throws FreeholdError `invalid_callables` for names that the wire needs for itself.
 */
export function targetCalls(target: RpcTarget): CallTable {
  const methods = new Map<string, CallableMethod>();
  const seen = new Set<string>(INHERITED);
  for (let at = prototypeOf(target); at && at !== RpcTarget.prototype; at = prototypeOf(at)) {
    if (at === Object.prototype) break;
    for (const name of Object.getOwnPropertyNames(at)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const run: unknown = Object.getOwnPropertyDescriptor(at, name)?.value;
      if (typeof run === "function") methods.set(name, callableOf(name, run));
    }
  }
  return {
    target,
    methods,
    hides: () => false,
    failure: messageOf,
    unserializable: (thrown) => `Result is not JSON-serializable: ${messageOf(thrown)}`,
  };
}

function callableOf(name: string, run: unknown): CallableMethod {
  if (name === "then") {
    throw invalid(
      'A callables target cannot expose a method named "then" — it would make the remote stub thenable',
    );
  }
  if (name === CAPNWEB_SEND) {
    throw invalid(
      `A callables target cannot expose "${CAPNWEB_SEND}"; it is the transport's frame pipe`,
    );
  }
  return { run: run as CallableMethod["run"], metadata: {} };
}

function prototypeOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}

function invalid(message: string): FreeholdError {
  return new FreeholdError("invalid_callables", message, { help: "Give the method another name." });
}
