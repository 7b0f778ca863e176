import { FreeholdError } from "@freehold/host";
import type { MetadataIndex, Metric, PropertyType, VectorIndexes } from "@freehold/vectors";

type Body = Readonly<Record<string, unknown>>;

const PAGE = 1000;

/** What the commands do with indexes: in the host that runs, or in their own process. */
export const vectorVerbs = {
  list: (indexes: VectorIndexes) => indexes.list(),
  info: (indexes: VectorIndexes, { index }: Body) =>
    found(indexes, index, (engine) => engine.info()),
  create: async (indexes: VectorIndexes, { index, dimensions, metric, metadata }: Body) => {
    const properties = metadataIndexes(metadata);
    const filterable = properties.length === 0 ? "all" : "listed";
    await indexes.create(text(index), {
      dimensions: Number(dimensions),
      metric: (metric ?? "cosine") as Metric,
      filterable,
    });
    for (const property of properties) {
      await found(indexes, index, (engine) => engine.createMetadataIndex(property));
    }
    return found(indexes, index, (engine) => engine.info());
  },
  delete: async (indexes: VectorIndexes, { index }: Body) => {
    if (!(await indexes.delete(text(index)))) throw missing(text(index));
    return { deleted: text(index) };
  },
  ids: (indexes: VectorIndexes, { index, cursor, limit }: Body) =>
    found(indexes, index, (engine) =>
      engine.list(text(cursor), Math.min(Number(limit ?? PAGE), PAGE)),
    ),
  get: (indexes: VectorIndexes, { index, ids }: Body) =>
    found(indexes, index, async (engine) => {
      const vectors = await engine.fetch((ids as unknown[]).map(String));
      return vectors.map(({ values, ...vector }) => ({ ...vector, values: Array.from(values) }));
    }),
} as const;

async function found<T>(
  indexes: VectorIndexes,
  index: unknown,
  work: Parameters<typeof indexes.use<T>>[1],
): Promise<T> {
  const name = text(index);
  const result = await indexes.use(name, async (...given) => ({ value: await work(...given) }));
  if (result === undefined) throw missing(name);
  return result.value;
}

/** `topic:string,year:number` */
function metadataIndexes(given: unknown): MetadataIndex[] {
  if (given === undefined) return [];
  return text(given)
    .split(",")
    .map((pair) => {
      const at = pair.lastIndexOf(":");
      const type = pair.slice(at + 1);
      if (at < 1 || !["string", "number", "boolean"].includes(type)) {
        throw new FreeholdError("VECTORS_CONFIG_INVALID", `"${pair}" is no metadata index.`, {
          help: "Write a property and its type, such as topic:string,year:number.",
        });
      }
      return { property: pair.slice(0, at), type: type as PropertyType };
    });
}

function missing(name: string): FreeholdError {
  return new FreeholdError("VECTORS_INDEX_MISSING", `There is no index ${name}.`, {
    help: "See those that there are with `freehold vectors list`.",
  });
}

function text(value: unknown): string {
  return value === undefined ? "" : String(value);
}
