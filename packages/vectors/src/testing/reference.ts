import { indexedValues } from "../metadata.ts";
import { SCORING } from "../metric.ts";
import type {
  Condition,
  IndexConfig,
  MetadataIndex,
  Scalar,
  Search,
  StoredVector,
} from "../types.ts";

/** An index as simple as it can be: what engines are compared with. */
export class ReferenceIndex {
  readonly #config: IndexConfig;
  readonly #indexes: readonly MetadataIndex[];
  /** In the order in which they came. */
  readonly #vectors = new Map<string, StoredVector>();

  constructor(config: IndexConfig, indexes: readonly MetadataIndex[] = []) {
    this.#config = config;
    this.#indexes = indexes;
  }

  get ids(): string[] {
    return [...this.#vectors.keys()];
  }

  write(vectors: readonly StoredVector[], replaces: boolean): void {
    for (const vector of vectors) {
      if (this.#vectors.has(vector.id) && !replaces) continue;
      this.#vectors.delete(vector.id);
      this.#vectors.set(vector.id, vector);
    }
  }

  delete(ids: readonly string[]): void {
    for (const id of ids) this.#vectors.delete(id);
  }

  search({ vector, topK, namespace, conditions }: Search): { id: string; score: number }[] {
    const { score, isHigherBetter } = SCORING[this.#config.metric];
    const found = [...this.#vectors.values()]
      .filter((one) => namespace === undefined || one.namespace === namespace)
      .filter((one) => conditions.every((condition) => this.#holds(one, condition)))
      .map(({ id, values }) => ({ id, score: score(vector, values) }));
    // The sort is stable: equal scores keep the order in which the vectors came.
    found.sort((a, b) => (isHigherBetter ? b.score - a.score : a.score - b.score));
    return found.slice(0, topK);
  }

  #holds({ metadata }: StoredVector, condition: Condition): boolean {
    const value = indexedValues(metadata, this.#config, this.#indexes).find(
      ({ property }) => property === condition.property,
    )?.value;
    if ("values" in condition) {
      const isIn = value !== undefined && condition.values.includes(value);
      return condition.operator === "in" ? isIn : !isIn;
    }
    const { operator, value: wanted } = condition;
    if (operator === "eq") return wanted === null ? value === undefined : value === wanted;
    if (operator === "ne") return wanted === null ? value !== undefined : value !== wanted;
    if (value === undefined || wanted === null || typeof value !== typeof wanted) return false;
    const order = compare(value, wanted);
    const holds = { lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 };
    return holds[operator];
  }
}

function compare(a: Scalar, b: Scalar): number {
  if (typeof a === "string") return Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  return Number(a) - Number(b);
}
