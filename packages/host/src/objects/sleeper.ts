import { hasTimers, isHeld } from "../facets/tree.ts";
import type { Activation } from "./activation.ts";
import type { Entry } from "./entry.ts";
import type { Sleeper } from "./idle.ts";

/** What the sweeper knows of an object that is in memory: the object, and its facets with it. */
export class ActivationSleeper implements Sleeper {
  readonly #entry: Entry;
  readonly #activation: Activation;

  constructor(entry: Entry, activation: Activation) {
    this.#entry = entry;
    this.#activation = activation;
  }

  get isBusy(): boolean {
    return this.#activation.isBusy;
  }

  mayHibernate(): boolean {
    const { sockets, facets } = this.#entry;
    const openSockets = (sockets?.size ?? 0) + (facets?.facets.openSockets ?? 0);
    return openSockets > 0 && !this.#isKept(isHeld) && !this.#isKept(hasTimers);
  }

  mayEvict(): boolean {
    return !this.#isKept(isHeld);
  }

  /** Ends it now, where it was asked to leave and may. */
  leaves(): boolean {
    const { leaving } = this.#activation;
    const isFree = this.mayEvict() && !this.#isKept(hasTimers);
    if (leaving === undefined || (leaving === "idle" && !isFree)) return false;
    this.sleep();
    return true;
  }

  sleep(): void {
    this.#activation.end("evicted");
  }

  /** Whether something keeps the object, or one of its facets, in memory. */
  #isKept(keeps: (activation: Activation) => boolean): boolean {
    return keeps(this.#activation) || this.#entry.facets?.facets.some(keeps) === true;
  }
}
