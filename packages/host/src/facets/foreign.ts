import type { HostLimits } from "../limits.ts";
import type { DurableObjectId } from "../objects/id.ts";
import type { FacetStore, LentFile } from "../storage/object-store.ts";

/** A class whose instances run elsewhere, with the storage of their facets here. */
export interface ForeignClass {
  /** Rejects when there is no such class. */
  ready(): Promise<void>;
  /** Starts an instance. */
  open(facet: ForeignFacet): Promise<ForeignStore>;
}

/** A facet, as its class elsewhere sees it. */
export interface ForeignFacet {
  readonly id: DurableObjectId | string;
  readonly props: object;
  readonly label: string;
  /** The id of the object that it belongs to, which stands on errors. */
  readonly objectId: string;
  readonly limits: HostLimits;
  /** Its file. To be asked for once. */
  lend(): Promise<LentFile>;
  /** It was reset from within, or its process is gone. */
  broken(reason: unknown): void;
}

/**
 * What stands in for the storage of a facet that runs elsewhere. What it answers has waited there until
 * it was durable.
 */
export interface ForeignStore extends FacetStore {
  /** Calls on it are calls on the instance. */
  readonly instance: object;
  /** What the facet holds, behind the events that it has begun. */
  imageLater(): Promise<Uint8Array | undefined>;
}
