import { indexedMetadata } from "./metadata.ts";
import { SCORING } from "./metric.ts";
import type { IndexConfig, Match, MetadataIndex, Search, StoredVector } from "./types.ts";

interface Scored {
  readonly key: number;
  readonly score: number;
}

/** Best first; equal scores stand in the order in which the vectors came. */
export function byScore({ metric }: Pick<IndexConfig, "metric">): (a: Scored, b: Scored) => number {
  const { isHigherBetter } = SCORING[metric];
  return (a, b) => (isHigherBetter ? b.score - a.score : a.score - b.score) || a.key - b.key;
}

/** A vector as the answer to a search, with what the search asked for. */
export function matchOf(
  { id, namespace, values, metadata }: StoredVector,
  score: number,
  { returnValues, returnMetadata }: Search,
  config: Pick<IndexConfig, "filterable">,
  indexes: readonly MetadataIndex[],
): Match {
  const shown =
    returnMetadata === "indexed" ? indexedMetadata(metadata, config, indexes) : metadata;
  return {
    ...{ id, score, namespace },
    ...(returnValues && { values }),
    ...(returnMetadata !== "none" && shown !== undefined && { metadata: shown }),
  };
}
