/** Marks that hold across copies of this package and across versions of the code. */
const RPC_TARGET = Symbol.for("freehold.RpcTarget");
const DURABLE_OBJECT = Symbol.for("freehold.DurableObject");
const WORKER_ENTRYPOINT = Symbol.for("freehold.WorkerEntrypoint");
const WORKFLOW_ENTRYPOINT = Symbol.for("freehold.WorkflowEntrypoint");
const DURABLE_OBJECT_CLASS = Symbol.for("freehold.DurableObjectClass");
const LOOPBACK = Symbol.for("freehold.Loopback");
const OBJECT_STATE = Symbol.for("freehold.DurableObjectState");

export const brands = {
  rpcTarget: RPC_TARGET,
  durableObject: DURABLE_OBJECT,
  /** A class of objects with its props, which leads to both. */
  durableObjectClass: DURABLE_OBJECT_CLASS,
  /** What `ctx.exports` holds, which leads to the name of its type. */
  loopback: LOOPBACK,
  objectState: OBJECT_STATE,
  workerEntrypoint: WORKER_ENTRYPOINT,
  workflowEntrypoint: WORKFLOW_ENTRYPOINT,
} as const;

/** Whether an instance belongs to a class that carries the brand. */
export function hasBrand(value: object, brand: symbol): boolean {
  return brand in value;
}

/** Whether a class extends the platform's class of that brand. */
export function classHasBrand(value: unknown, brand: symbol): boolean {
  if (typeof value !== "function") return false;
  const prototype: unknown = value.prototype;
  return typeof prototype === "object" && prototype !== null && brand in prototype;
}

/** Gives a base class its brand: on the prototype, out of sight. */
export function brandClass(target: { readonly prototype: object }, brand: symbol): void {
  Object.defineProperty(target.prototype, brand, { value: true });
}
