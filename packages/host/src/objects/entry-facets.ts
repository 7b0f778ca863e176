import type { Clock } from "../clock.ts";
import { FacetTree, type FacetTreeHost } from "../facets/tree.ts";
import type { SocketRegistry } from "../sockets/object-sockets.ts";
import type { ObjectStores } from "../storage/object-store.ts";
import type { WorkerVersion } from "../worker/version.ts";
import { type Entry, labelOf } from "./entry.ts";
import { DurableObjectId } from "./id.ts";
import type { ObjectKey } from "./key.ts";
import type { UncaughtReport } from "./object-directory.ts";

/** What the facets of an object stand on. */
export interface EntryFacetsParts extends Pick<FacetTreeHost, "limits" | "onIdle" | "onEmpty"> {
  readonly clock: Clock;
  readonly stores: ObjectStores;
  readonly sockets: SocketRegistry;
  /** The version that new activations are made of. */
  version(): WorkerVersion;
  report(report: UncaughtReport): void;
}

/** The facets of one object: none yet. */
export function createFacetTree(entry: Entry, parts: EntryFacetsParts): FacetTree {
  const { key } = entry;
  const { clock, limits, stores, sockets, onIdle, onEmpty } = parts;
  return new FacetTree({
    ...{ clock, limits, onIdle, onEmpty },
    objectId: key.id,
    label: labelOf(entry),
    stores: stores.facets(key, () => entry.name),
    id: () => new DurableObjectId(key.id, entry.name),
    currentVersion: parts.version,
    sockets: (path, owner) => sockets.of(facetKey(key, path), owner),
    report: (error, object, where) => parts.report({ error, object, where }),
  });
}

/** A key for the sockets of a facet. Names may hold anything, a text of JSON tells them apart. */
function facetKey({ namespace, id }: ObjectKey, path: readonly string[]): ObjectKey {
  return { namespace, id: `${id}/${JSON.stringify(path)}` };
}
