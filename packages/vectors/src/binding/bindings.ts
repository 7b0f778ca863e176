import { join } from "node:path";
import type { Binding, BindingContext } from "@freehold/host";
import { VectorIndexes, type VectorSettings } from "../indexes.ts";
import { Vectorize } from "./vectorize.ts";

/** A Vectorize binding as `wrangler.jsonc` names it. */
export interface VectorizeConfig {
  readonly binding: string;
  readonly indexName: string;
}

/** The vectors of one host: its bindings, and what its tools do with them. */
export interface HostedVectors {
  readonly bindings: readonly Binding[];
  /** @throws FreeholdError `VECTORS_ENGINE_FAILED` before the host has started */
  readonly indexes: () => VectorIndexes;
}

const FOLDER = "vectors";

/**
 * The vector indexes of a host: what `vectorize` of its configuration says.
 *
 * @example
 * ```ts
 * const vectors = hostVectors([{ binding: "NOTES", indexName: "notes" }]);
 * const host = await createHost({ ...options, bindings: vectors.bindings });
 * ```
 */
export function hostVectors(
  configs: readonly VectorizeConfig[],
  settings: VectorSettings = {},
): HostedVectors {
  let opened: VectorIndexes | undefined;
  const open = ({ dataDirectory, clock, log }: BindingContext) => {
    opened ??= new VectorIndexes({ ...settings, folder: join(dataDirectory, FOLDER), clock, log });
    return opened;
  };
  const bindings = configs.map(
    ({ binding, indexName }): Binding => ({
      name: binding,
      create: (context) => new Vectorize(indexName, open(context), context),
      close: async () => opened?.close(),
    }),
  );
  return {
    bindings,
    indexes: () => {
      if (opened === undefined) throw new Error("No Vectorize binding of this host has started.");
      return opened;
    },
  };
}
