/**
 * Messages as a tree, by the id of the one that each answers. Pure.
 *
 * @module
 */

/** A message and the one it answers. */
export interface Node {
  readonly id: string;
  readonly parent: string | null;
}

/** The ids from the root to `leaf`. Ends where a parent is missing, or would come again. */
export function pathTo(leaf: string, nodes: readonly Node[]): string[] {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const path = new Set<string>();
  for (let id: string | null | undefined = leaf; typeof id === "string"; id = parents.get(id)) {
    if (!parents.has(id) || path.has(id)) break;
    path.add(id);
  }
  return [...path].reverse();
}

/**
 * Who answers whom when messages are taken out of a tree: their children answer the nearest message
 * above that stays. Only children whose parent changes are given.
 */
export function splice(nodes: readonly Node[], removed: ReadonlySet<string>): Node[] {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const staying = (id: string | null): string | null => {
    const seen = new Set<string>();
    let above = id;
    while (above !== null && removed.has(above) && !seen.has(above)) {
      seen.add(above);
      above = parents.get(above) ?? null;
    }
    return above !== null && removed.has(above) ? null : above;
  };
  return nodes
    .filter(({ id, parent }) => !removed.has(id) && parent !== null && removed.has(parent))
    .map(({ id, parent }) => ({ id, parent: staying(parent) }));
}
