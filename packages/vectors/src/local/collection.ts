import { byScore, matchOf } from "../match.ts";
import { hasIndex, indexProblem } from "../metadata.ts";
import type {
  IndexConfig,
  IndexInfo,
  Match,
  MetadataIndex,
  Mutation,
  Search,
  StoredVector,
} from "../types.ts";
import { Failure } from "./failure.ts";
import type { Choice } from "./filter-sql.ts";
import { Graph } from "./graph.ts";
import { GraphFile } from "./graph-file.ts";
import { Matrix } from "./matrix.ts";
import { GRAPH_FROM, nextNeighbours, PICK_UP_TO, walksGraph } from "./plan.ts";
import { type KeyedVector, Records } from "./records.ts";

/** Vectors that one step puts into the graph: some tens of ms. */
const STEP = 64;
/** The graph is saved when so much of it is new. */
const SAVE_SHARE = 0.2;
/** More candidates than asked for are scored anew, because the graph knows halves only. */
const SPARE = 16;
/** Filters of which is remembered whether many pass them. */
const MOST_KNOWN = 1000;

/**
 * One index: its file, its vectors in memory and the graph over them. All of it is synchronous, and
 * belongs in a thread of its own.
 */
export class Collection {
  readonly #records: Records;
  readonly #matrix: Matrix;
  readonly #file: GraphFile;
  readonly #graphFrom: number;
  #graph: Graph;
  /** In the order in which they go into the graph. */
  #pending: number[] = [];
  #unsaved = 0;
  /** By filters. */
  readonly #wide = new Map<string, boolean>();

  /**
   * @param path of the index's database; the graph's file stands beside it
   * @param graphFrom how large it is before it gets a graph
   */
  constructor(path: string, config: IndexConfig | undefined, graphFrom = GRAPH_FROM) {
    this.#graphFrom = graphFrom;
    this.#records = new Records(path, config);
    const { dimensions, metric } = this.#records.config;
    this.#matrix = new Matrix(dimensions, metric);
    for (const vector of this.#records.all()) this.#matrix.add(vector.key, vector);
    this.#file = new GraphFile(`${path}.graph`);
    this.#graph = this.#loadGraph();
  }

  /** Whether {@link step} has something to do. */
  get isBehind(): boolean {
    return this.#pending.length > 0 && this.#matrix.size > this.#graphFrom;
  }

  /** Brings some more vectors into the graph. */
  step(): void {
    if (!this.isBehind) return;
    const keys = this.#pending.splice(0, STEP).filter((key) => this.#matrix.has(key));
    this.#graph.add(keys, this.#rowsOf(keys));
    this.#unsaved += keys.length;
    if (!this.isBehind && this.#unsaved > this.#graph.size * SAVE_SHARE) this.#save();
  }

  info(): IndexInfo {
    const processed = this.#records.processed;
    return {
      ...this.#records.config,
      vectorCount: this.#matrix.size,
      processedAt: processed?.at ?? 0,
      mutation: processed?.id ?? "",
      metadataIndexes: this.#records.indexes,
      graphed: this.#graph.size,
    };
  }

  search(search: Search): Match[] {
    const { config, indexes } = this.#records;
    const scored = this.#matrix.scores(this.#candidates(search), search.vector);
    const best = scored.sort(byScore(config)).slice(0, search.topK);
    const metadata =
      search.returnMetadata === "none"
        ? undefined
        : this.#records.metadata(best.map(({ key }) => key));
    return best.flatMap(({ key, score }) => {
      const name = this.#matrix.name(key);
      const row = this.#matrix.row(key);
      if (name === undefined || row === undefined) return [];
      // A view would take all vectors along when it crosses to another thread.
      const values = search.returnValues ? row.slice() : row;
      const vector = { ...name, values, metadata: metadata?.get(key) };
      return [matchOf(vector, score, search, config, indexes)];
    });
  }

  fetch(ids: readonly string[]): StoredVector[] {
    const found = new Map(this.#records.byIds(ids).map((vector) => [vector.id, vector]));
    return [...new Set(ids)].flatMap((id) => {
      const vector = found.get(id);
      return vector === undefined ? [] : [plainOf(vector)];
    });
  }

  write(vectors: readonly StoredVector[], mutation: Mutation, replaces: boolean): void {
    const { gone, came } = this.#records.write(vectors, mutation, replaces);
    this.#wide.clear();
    this.#forget(gone);
    for (const vector of came) {
      this.#matrix.add(vector.key, vector);
      this.#pending.push(vector.key);
    }
  }

  delete(ids: readonly string[], mutation: Mutation): void {
    this.#forget(this.#records.delete(ids, mutation));
    this.#wide.clear();
  }

  list(cursor: string, limit: number): string[] {
    return this.#records.ids(cursor, limit);
  }

  /** @throws Failure `VECTORS_INDEX_EXISTS`, `VECTORS_CONFIG_INVALID` */
  createMetadataIndex(index: MetadataIndex): void {
    const { indexes } = this.#records;
    if (hasIndex(indexes, index)) return;
    const problem = indexProblem(indexes, index);
    if (problem !== undefined) throw new Failure(...problem);
    this.#records.addIndex(index);
    this.#wide.clear();
  }

  deleteMetadataIndex(property: string): void {
    this.#records.dropIndex(property);
    this.#wide.clear();
  }

  close(): void {
    if (this.#unsaved > 0 && this.#graph.size > 0) this.#save();
    this.#records.close();
  }

  #candidates({ vector, topK, namespace, conditions }: Search): readonly number[] {
    const count = topK + SPARE;
    const mayWalk = walksGraph({
      size: this.#matrix.size,
      graphed: this.#graph.size,
      pending: this.#pending.length,
    });
    if (namespace !== undefined || conditions.length > 0) {
      return this.#filtered(vector, count, { namespace, conditions }, mayWalk);
    }
    if (!mayWalk) return this.#matrix.nearest(vector, count);
    const walked = this.#graph.nearest(vector, count);
    return [...walked, ...this.#matrix.nearestOf(this.#pending, vector, count)];
  }

  /** Few candidates are compared one by one; many are met often enough on a walk of the graph. */
  #filtered(
    vector: Float32Array,
    count: number,
    choice: Choice,
    mayWalk: boolean,
  ): readonly number[] {
    if (mayWalk && this.#isWide(choice)) {
      const walked = this.#walked(vector, count, choice);
      if (walked !== undefined) return walked;
    }
    const all = this.#records.chosen(choice, this.#matrix.size);
    return this.#matrix.nearestOf(all, vector, count);
  }

  /** Whether there are more candidates than are compared one by one. Known until something is written. */
  #isWide(choice: Choice): boolean {
    const name = JSON.stringify(choice);
    const known = this.#wide.get(name);
    if (known !== undefined) return known;
    const isWide = this.#records.countChosen(choice, PICK_UP_TO + 1) > PICK_UP_TO;
    if (this.#wide.size >= MOST_KNOWN) this.#wide.clear();
    this.#wide.set(name, isWide);
    return isWide;
  }

  #walked(vector: Float32Array, count: number, choice: Choice): readonly number[] | undefined {
    let neighbours = nextNeighbours(count, undefined);
    while (neighbours !== undefined) {
      const passed = this.#passing(this.#graph.nearest(vector, neighbours), choice);
      if (passed.length >= count) {
        const rest = this.#passing(this.#pending, choice);
        return [...passed.slice(0, count), ...this.#matrix.nearestOf(rest, vector, count)];
      }
      neighbours = nextNeighbours(count, neighbours);
    }
    return undefined;
  }

  /** Those of `keys` that may be chosen, in their order. Namespaces stand in memory. */
  #passing(keys: readonly number[], choice: Choice): number[] {
    if (choice.conditions.length === 0) {
      return keys.filter((key) => this.#matrix.name(key)?.namespace === choice.namespace);
    }
    const passed = this.#records.chosenAmong(keys, choice);
    return keys.filter((key) => passed.has(key));
  }

  #forget(keys: readonly number[]): void {
    if (keys.length === 0) return;
    const gone = new Set(keys);
    for (const key of keys) {
      this.#matrix.delete(key);
      this.#graph.delete(key);
    }
    this.#pending = this.#pending.filter((key) => !gone.has(key));
  }

  #rowsOf(keys: readonly number[]): Float32Array {
    const { dimensions } = this.#matrix;
    const rows = new Float32Array(keys.length * dimensions);
    keys.forEach((key, index) => {
      const row = this.#matrix.row(key);
      if (row !== undefined) rows.set(row, index * dimensions);
    });
    return rows;
  }

  /**
   * What was saved, brought up to date: the numbers of vectors are never used twice, so those that it
   * lacks came later, and those that it has too many are noted as gone.
   */
  #loadGraph(): Graph {
    const { dimensions, metric } = this.#records.config;
    const keys = [...this.#matrix.keys()].sort((a, b) => a - b);
    const saved = new Graph(dimensions, metric);
    if (keys.length > this.#graphFrom && this.#file.load(saved)) {
      for (const key of this.#records.gone) saved.delete(key);
      this.#pending = keys.filter((key) => !saved.has(key));
      return saved;
    }
    this.#file.delete();
    this.#records.forgetGone();
    this.#pending = keys;
    return new Graph(dimensions, metric);
  }

  #save(): void {
    this.#file.save(this.#graph);
    this.#records.forgetGone();
    this.#unsaved = 0;
  }
}

function plainOf({ id, namespace, values, metadata }: KeyedVector): StoredVector {
  return { id, namespace, values, metadata };
}
