import { facetErrors } from "../contract-errors.ts";
import { currentLimits } from "../limits.ts";
import type { Activation } from "../objects/activation.ts";
import { createServiceStub } from "../rpc/stub.ts";
import type { Facets } from "./facets.ts";
import { givenFailure } from "./failure.ts";
import { FacetHandle } from "./handle.ts";
import { facetName } from "./name.ts";

/**
 * `ctx.facets`: children that live inside an object, each with a class, a database and sockets of its
 * own. They end with the object, and are found again under their names.
 *
 * @example
 * ```ts
 * const notes = this.ctx.facets.get("notes", () => ({ class: this.ctx.exports.Notes }));
 * await notes.add("a first one");
 * ```
 */
export class DurableObjectFacets {
  readonly #facets: () => Facets;
  readonly #activation: Activation;

  /** @param facets made with the first use */
  constructor(facets: () => Facets, activation: Activation) {
    this.#facets = facets;
    this.#activation = activation;
  }

  /**
   * A stub of a facet, which starts with the first call when it does not run.
   *
   * @param getStartupOptions asked for `{ class, id? }` when the facet has to be started
   * @throws TypeError for wrong arguments
   * @throws Error when the facet would be more than three levels below the object
   */
  get(...args: unknown[]): object {
    const name = facetName("get", 1, args[0]);
    const getStartup = args[1];
    if (typeof getStartup !== "function") throw facetErrors.wrongArgument("get", 2, "function");
    const facets = this.#facets();
    const deepest = currentLimits().facetDepth;
    if (facets.depth + 1 >= deepest) throw facetErrors.tooDeep(deepest);
    const start = getStartup as () => unknown;
    return createServiceStub(new FacetHandle(facets, this.#activation, name, start));
  }

  /** Ends a facet and all below it. Stubs that have been used fail with `reason` from now on. */
  abort(...args: unknown[]): void {
    const name = facetName("abort", 1, args[0]);
    if (args.length < 2) throw facetErrors.wrongArgument("abort", 2, "Value");
    this.#facets().stop(name, givenFailure(args[1]));
  }

  /** Ends a facet, and erases what it and all below it have stored. */
  delete(...args: unknown[]): void {
    const name = facetName("delete", 1, args[0]);
    const erased = this.#facets().erase(name);
    this.#activation.output?.include(erased);
  }

  /** Ends the facet `to`, and gives it a copy of what `from` and all below it have stored. */
  clone(...args: unknown[]): void {
    const from = facetName("clone", 1, args[0]);
    const to = facetName("clone", 2, args[1]);
    if (from === to) return;
    const copied = this.#facets().copy(from, to);
    this.#activation.output?.include(copied);
  }

  get [Symbol.toStringTag](): string {
    return "DurableObjectFacets";
  }
}

// Methods of the platform show up in `for...in`.
for (const name of ["get", "abort", "delete", "clone"]) {
  Object.defineProperty(DurableObjectFacets.prototype, name, { enumerable: true });
}
