/** How large an index is before it gets a graph: up to here comparing with all is as fast. */
export const GRAPH_FROM = 10_000;
/** Candidates of a filter up to which each is compared. */
export const PICK_UP_TO = 1000;
/** Neighbours that a filtered walk of the graph asks for at most, before it compares with all. */
const MOST_NEIGHBOURS = 4096;
const FIRST_FACTOR = 4;

/** The state of an index that a search finds. */
export interface Extent {
  /** Vectors there are. */
  readonly size: number;
  /** Those in the graph. */
  readonly graphed: number;
  /** Those that are not in the graph yet. */
  readonly pending: number;
}

/**
 * Whether a search walks the graph and compares with those that are not in it yet, rather than with
 * all. A walk costs like some thousand comparisons; the graph is no use while most are missing in it.
 */
export function walksGraph({ size, graphed, pending }: Extent): boolean {
  return graphed > 0 && pending < size / 2;
}

/**
 * How many neighbours to ask the graph for, so that `topK` of them pass a filter: four times as many,
 * then ever four times more. `undefined`: not worth it any more, compare with all candidates.
 */
export function nextNeighbours(topK: number, last: number | undefined): number | undefined {
  const next = last === undefined ? topK * FIRST_FACTOR : last * FIRST_FACTOR;
  return next <= MOST_NEIGHBOURS ? next : undefined;
}
