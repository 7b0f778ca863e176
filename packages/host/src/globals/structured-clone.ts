import { rpcErrors } from "../contract-errors.ts";
import { define } from "./define.ts";

/** Ids and namespaces, which native code takes for records. */
const PLATFORM_TYPE = /^\[object (DurableObject(?:Id|Namespace))\]$/;

/**
 * `structuredClone` of a Worker from 2026-04-21 on: an error keeps the properties of its own that can
 * be copied, as it does over remote calls.
 */
export function installStructuredClone(keepsProperties: () => boolean): void {
  const native = globalThis.structuredClone;
  define(globalThis, "structuredClone", (...call: Parameters<typeof native>): unknown => {
    const [value] = call;
    const type = PLATFORM_TYPE.exec(Object.prototype.toString.call(value))?.[1];
    if (type !== undefined) throw rpcErrors.unsupportedType(type);
    const copy: unknown = native(...call);
    if (!(value instanceof Error) || !(copy instanceof Error) || !keepsProperties()) return copy;
    for (const [name, own] of Object.entries(value)) {
      if (!Object.hasOwn(copy, name)) define(copy, name, native(own));
      Object.defineProperty(copy, name, { enumerable: true });
    }
    return copy;
  });
}
