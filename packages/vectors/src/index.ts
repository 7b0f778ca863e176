export { type HostedVectors, hostVectors, type VectorizeConfig } from "./binding/bindings.ts";
export {
  type Description,
  type Vector,
  Vectorize,
  type VectorMatch,
  type VectorMatches,
} from "./binding/vectorize.ts";
export type { VectorEngine } from "./engine.ts";
export {
  type DeclaredIndex,
  type IndexesOptions,
  type ListedIndex,
  VectorIndexes,
  type VectorSettings,
} from "./indexes.ts";
export type {
  IndexConfig,
  IndexInfo,
  MetadataIndex,
  Metric,
  PropertyType,
} from "./types.ts";
