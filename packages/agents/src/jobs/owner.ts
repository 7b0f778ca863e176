import type { LifecycleRouteAddress } from "../lifecycle/capability.ts";

/** Which object owns a job, as it is stored in the job's payload; nulls for the outermost. */
export interface StoredOwner {
  readonly owner_path: string | null;
  readonly owner_path_key: string | null;
}

/** The columns that name an owner; the outermost object has none. */
export function storedOwner(owner: LifecycleRouteAddress | undefined): StoredOwner {
  return { owner_path: owner?.data ?? null, owner_path_key: owner?.key ?? null };
}

/** The reverse of {@link storedOwner}, for a payload of any shape. */
export function ownerOf(payload: unknown): LifecycleRouteAddress | undefined {
  if (typeof payload !== "object" || payload === null) return undefined;
  const { owner_path: data, owner_path_key: key } = payload as Partial<StoredOwner>;
  return typeof data === "string" && typeof key === "string" ? { key, data } : undefined;
}
