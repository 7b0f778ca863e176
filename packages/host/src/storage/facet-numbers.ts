import type { ObjectKey } from "../objects/key.ts";
import { type FacetIndex, type FacetRow, ROOT_NUMBER } from "./facet-index.ts";

/** Names from the object's own facet downwards; empty for the object itself. */
export type FacetPath = readonly string[];

interface Numbered extends FacetRow {
  isStored: boolean;
}

/**
 * The numbers of one object's facets. A facet gets its number when it starts, and a place in the index
 * when it first writes; a number whose facet never wrote is forgotten with the process.
 */
export class FacetNumbers {
  readonly #key: ObjectKey;
  readonly #index: FacetIndex;
  readonly #byName = new Map<string, Numbered>();
  #known: Map<number, Numbered> | undefined;
  #highest = ROOT_NUMBER;
  #storing: Promise<void> | undefined;

  constructor(key: ObjectKey, index: FacetIndex) {
    this.#key = key;
    this.#index = index;
  }

  /** The number of a facet, and whether it has had storage before. */
  number(path: FacetPath): { readonly number: number; readonly isNew: boolean } {
    let parent = ROOT_NUMBER;
    let isNew = false;
    for (const name of path) {
      const found = this.#find(parent, name) ?? this.#add(parent, name);
      isNew = !found.isStored;
      parent = found.number;
    }
    return { number: parent, isNew };
  }

  /** The facet writes: it, and those above it, stand in the index once the promise resolves. */
  store(number: number): Promise<void> | undefined {
    const missing: FacetRow[] = [];
    for (let at = this.#rows.get(number); at !== undefined; at = this.#rows.get(at.parent)) {
      if (!at.isStored) missing.push(at);
      at.isStored = true;
    }
    if (missing.length > 0) this.#write(missing);
    return this.#storing;
  }

  /** The number of a facet that has been given one, and those of all below it with their paths from it. */
  below(path: FacetPath): { readonly number: number; readonly path: FacetPath }[] {
    let at = ROOT_NUMBER;
    for (const name of path) {
      const found = this.#find(at, name);
      if (found === undefined) return [];
      at = found.number;
    }
    return this.#tree(at, []);
  }

  /** Their files are gone. */
  forget(numbers: readonly number[]): void {
    for (const number of numbers) {
      const row = this.#rows.get(number);
      if (row !== undefined) this.#byName.delete(nameKey(row));
      this.#rows.delete(number);
    }
    this.#index.remove(this.#key, numbers);
  }

  #write(rows: readonly FacetRow[]): void {
    const storing = this.#index.add(this.#key, rows);
    this.#storing = storing;
    const done = () => {
      if (this.#storing === storing) this.#storing = undefined;
    };
    storing?.then(done, done);
  }

  #tree(number: number, path: FacetPath): { number: number; path: FacetPath }[] {
    const own = number === ROOT_NUMBER ? [] : [{ number, path }];
    const children = [...this.#rows.values()].filter(({ parent }) => parent === number);
    return [
      ...own,
      ...children.flatMap((child) => this.#tree(child.number, [...path, child.name])),
    ];
  }

  get #rows(): Map<number, Numbered> {
    if (this.#known === undefined) {
      this.#known = new Map();
      for (const row of this.#index.list(this.#key)) this.#keep({ ...row, isStored: true });
    }
    return this.#known;
  }

  #find(parent: number, name: string): Numbered | undefined {
    return this.#rows.size === 0 ? undefined : this.#byName.get(nameKey({ parent, name }));
  }

  #add(parent: number, name: string): Numbered {
    return this.#keep({ number: this.#highest + 1, parent, name, isStored: false });
  }

  #keep(row: Numbered): Numbered {
    this.#highest = Math.max(this.#highest, row.number);
    this.#known?.set(row.number, row);
    this.#byName.set(nameKey(row), row);
    return row;
  }
}

function nameKey({ parent, name }: Pick<FacetRow, "parent" | "name">): string {
  return `${parent}/${name}`;
}
