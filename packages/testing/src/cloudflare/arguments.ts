import type { TestObject } from "freehold/runtime";
import { testErrors } from "../contract-errors.ts";
import { runningWorker } from "../running.ts";

/**
 * The object behind a stub that was given to a helper.
 *
 * @throws TypeError when it is no stub of an object
 * @throws Error when the object belongs to another Worker
 */
export function objectOf(helper: string, stub: unknown): TestObject {
  if (!isStub(stub)) throw testErrors.wrongArgument(helper, 1, "DurableObjectStub");
  const object = runningWorker().host.objectOf(stub);
  if (object === undefined) throw testErrors.foreignObject();
  return object;
}

function isStub(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { constructor: type, fetch, id } = value as Record<string, unknown>;
  const name = typeof type === "function" ? type.name : "";
  const isNamed = name === "DurableObject" || name === "WorkerRpc";
  return isNamed && typeof fetch === "function" && typeof id === "object" && id !== null;
}
