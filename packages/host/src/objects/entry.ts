import type { FacetTree } from "../facets/tree.ts";
import type { ObjectSockets } from "../sockets/object-sockets.ts";
import type { Activation } from "./activation.ts";
import type { ObjectKey } from "./key.ts";

/**
 * What stubs are bound to: it lasts over evictions, and ends when the object is reset. A stub that has
 * been used before a reset fails from then on with the reason of the reset.
 */
export interface Bond {
  broken: Error | undefined;
}

/** One object that the host knows of right now: in memory, asleep with sockets, or about to wake. */
export interface Entry {
  readonly key: ObjectKey;
  readonly className: string;
  name: string | undefined;
  activation: Activation | undefined;
  /** The end of the activation before: the next one waits for it. */
  ending: Promise<void> | undefined;
  bond: Bond;
  sockets: ObjectSockets | undefined;
  /** Its facets, once it has asked for one. */
  facets: FacetTree | undefined;
  /** It is in the directory no more: look it up again. */
  isGone: boolean;
}

export function createEntry(key: ObjectKey, className: string, name: string | undefined): Entry {
  return {
    key,
    className,
    name,
    activation: undefined,
    ending: undefined,
    bond: { broken: undefined },
    sockets: undefined,
    facets: undefined,
    isGone: false,
  };
}

/** Names an object in logs: its class, with its name or id. */
export function labelOf({ className, name, key }: Entry): string {
  return `${className}/${name ?? key.id}`;
}
