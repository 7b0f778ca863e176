import type { EndReason } from "../context.ts";
import { facetErrors } from "../contract-errors.ts";
import type { Activation, Children } from "../objects/activation.ts";
import type { DurableObjectId } from "../objects/id.ts";
import type { FacetPath } from "../storage/facet-numbers.ts";
import type { FacetImages } from "../storage/object-store.ts";
import { Facet, type FacetHome } from "./facet.ts";
import { type Failure, givenFailure, resetFailure } from "./failure.ts";

/** Whom facets belong to: an object, or another facet. */
export interface FacetOwner {
  /** Empty for an object. */
  readonly path: FacetPath;
  readonly id: DurableObjectId | string;
  /** Absent while it sleeps. */
  readonly activation: Activation | undefined;
  readonly facets: Facets;
  /** Something below has become idle, or is gone. */
  settled(): void;
}

/** The facets right below one object or facet, by their names. */
export class Facets implements Children {
  readonly home: FacetHome;
  readonly #owner: FacetOwner;
  readonly #facets = new Map<string, Facet>();

  constructor(home: FacetHome, owner: FacetOwner) {
    this.home = home;
    this.#owner = owner;
  }

  /** How many levels the owner is below its object. */
  get depth(): number {
    return this.#owner.path.length;
  }

  get isBusy(): boolean {
    for (const facet of this.#facets.values()) if (facet.isBusy) return true;
    return false;
  }

  /** Whether nothing of them is in memory, or asleep with sockets. */
  get isEmpty(): boolean {
    return this.#facets.size === 0;
  }

  /** Resolves when nothing of them is in flight any more. */
  get ended(): Promise<void> {
    return settledAll([...this.#facets.values()].flatMap((it) => [it.ended, it.facets.ended]));
  }

  /** Open hibernatable sockets of all below. */
  get openSockets(): number {
    return sum(this.#facets.values(), (it) => it.openSockets + it.facets.openSockets);
  }

  /** Whether `condition` holds for one of the activations below. */
  some(condition: (activation: Activation) => boolean): boolean {
    for (const { activation, facets } of this.#facets.values()) {
      if ((activation !== undefined && condition(activation)) || facets.some(condition))
        return true;
    }
    return false;
  }

  /** A facet by its name, which the caller may keep until `isGone`. */
  facet(name: string): Facet {
    let facet = this.#facets.get(name);
    if (facet === undefined) {
      facet = new Facet(this.home, this.#owner, name, (owner) => new Facets(this.home, owner));
      this.#facets.set(name, facet);
    }
    return facet;
  }

  forget(facet: Facet): void {
    this.#facets.delete(facet.path.at(-1) ?? "");
    this.#owner.settled();
  }

  stop(name: string, failure: Failure): void {
    this.#facets.get(name)?.stop(failure);
  }

  stopAll(failure: Failure): void {
    for (const facet of [...this.#facets.values()]) facet.stop(failure);
  }

  end(reason: EndReason, reset: Error | undefined): Promise<void> {
    if (reset !== undefined) this.stopAll(resetFailure(reset));
    else for (const facet of [...this.#facets.values()]) facet.end(reason);
    return this.ended;
  }

  /** Resolves when the erasure is durable. */
  erase(name: string): Promise<void> {
    this.stop(name, givenFailure(facetErrors.deleted()));
    const facet = this.facet(name);
    const stored = this.#ownerStored();
    return facet.whenEnded(async () => {
      await stored;
      await this.home.stores.erase(facet.path);
    });
  }

  /**
   * The owner forgets what it deletes in the same turn: that has to be on the disk before the files are
   * gone, or a crash leaves it with a facet that has lost everything.
   */
  #ownerStored(): Promise<void> | undefined {
    const stored = this.#owner.activation?.output?.stored();
    stored?.catch(() => undefined);
    return stored;
  }

  /** What the owner has stored was deleted. Answers when it is for all below, durably. */
  deleteAll(): Promise<void> | undefined {
    this.stopAll(givenFailure(facetErrors.deleted()));
    return this.#eraseBelow(this.#owner.path);
  }

  /** Resolves when the copy is durable. */
  copy(from: string, to: string): Promise<void> {
    const images = this.#imagesOf(this.#facets.get(from), [...this.#owner.path, from]);
    this.stop(to, givenFailure(facetErrors.clonedOver()));
    const target = this.facet(to);
    images.catch(() => undefined);
    const stored = this.#ownerStored();
    return target.whenEnded(async () => {
      await stored;
      await this.home.stores.erase(target.path);
      await this.home.stores.write(target.path, await images);
    });
  }

  /** Each facet that has storage is kept from starting until it is erased. */
  #eraseBelow(path: FacetPath): Promise<void> | undefined {
    const { stores } = this.home;
    const names = new Set(this.#facets.keys());
    for (const below of stores.below(path)) {
      const name = below[0];
      if (name !== undefined) names.add(name);
    }
    if (names.size === 0) return undefined;
    return settledAll([...names].map((name) => this.erase(name)));
  }

  /** What a facet and all below it hold now. */
  async #imagesOf(facet: Facet | undefined, path: FacetPath): Promise<FacetImages> {
    const { stores } = this.home;
    const found = stores.below(path).map(async (below) => {
      const at = below.reduce<Facet | undefined>((above, name) => above?.facets.known(name), facet);
      const image = await (at?.image() ??
        readWhenEnded(at, () => stores.read([...path, ...below])));
      return image === undefined ? [] : [{ path: below, image }];
    });
    return (await Promise.all(found)).flat();
  }

  /** A facet of which something is in memory. */
  known(name: string): Facet | undefined {
    return this.#facets.get(name);
  }
}

async function readWhenEnded<T>(facet: Facet | undefined, read: () => Promise<T>): Promise<T> {
  await facet?.ended;
  return read();
}

async function settledAll(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.all(promises);
}

function sum<T>(values: Iterable<T>, of: (value: T) => number): number {
  let total = 0;
  for (const value of values) total += of(value);
  return total;
}
