import type { InternalServices, LifecycleRouteAddress } from "../lifecycle/capability.ts";
import { isWithin } from "../sub-agents/path.ts";

/** Which object owns a job, as it is stored in the job's payload; nulls for the outermost. */
export interface StoredOwner {
  readonly owner_path: string | null;
  readonly owner_path_key: string | null;
}

/** The columns that name an owner; the outermost object has none. */
export function storedOwner(owner: LifecycleRouteAddress | undefined): StoredOwner {
  return { owner_path: owner?.data ?? null, owner_path_key: owner?.key ?? null };
}

/** Whether a job is of the object with the key `prefix`, or of one inside it. */
export function isOwnedWithin(payload: unknown, prefix: string): boolean {
  const key = ownerOf(payload)?.key;
  return key !== undefined && isWithin(key, prefix);
}

/** The reverse of {@link storedOwner}, for a payload of any shape. */
export function ownerOf(payload: unknown): LifecycleRouteAddress | undefined {
  if (typeof payload !== "object" || payload === null) return undefined;
  const { owner_path: data, owner_path_key: key } = payload as Partial<StoredOwner>;
  return typeof data === "string" && typeof key === "string" ? { key, data } : undefined;
}

/** Has what keeps the jobs answer a message: the outermost object, or `serve` where that is this one. */
export function askKeeper<Message>(
  { routes, status, ready }: InternalServices,
  message: Message,
  serve: (message: Message) => unknown,
): unknown {
  if (routes.source) return routes.toRoot(message);
  // Before the first start old layouts may not have been moved yet.
  return status() === "zero" ? ready().then(() => serve(message)) : serve(message);
}
