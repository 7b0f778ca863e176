import type { Activation } from "../objects/activation.ts";
import type { DurableObjectId } from "../objects/id.ts";
import type { Sleeper } from "../objects/idle.ts";
import type { FacetPath } from "../storage/facet-numbers.ts";
import type { WorkerVersion } from "../worker/version.ts";
import type { FacetHome } from "./facet.ts";
import { type FacetOwner, Facets } from "./facets.ts";

/** What a tree tells and asks the directory of objects. */
export interface FacetTreeHost extends Omit<FacetHome, "version"> {
  /** The object's id, with its name when that is known. */
  id(): DurableObjectId;
  /** The version that new activations are made of. */
  currentVersion(): WorkerVersion;
  /** The object sleeps, and its facets have nothing to do. */
  onIdle(tree: FacetTree): void;
  /** The object sleeps, and nothing is left of its facets. */
  onEmpty(tree: FacetTree): void;
}

/**
 * All facets of one object. It outlives the object's activations, because facets that sleep with open
 * sockets wake by themselves.
 */
export class FacetTree implements FacetOwner, Sleeper {
  readonly path: FacetPath = [];
  readonly facets: Facets;
  readonly #host: FacetTreeHost;
  /** The object's own activation, and the code that it runs. */
  #running: { readonly activation: Activation; readonly version: WorkerVersion } | undefined;

  constructor(host: FacetTreeHost) {
    this.#host = host;
    const version = () => this.#running?.version ?? host.currentVersion();
    this.facets = new Facets({ ...host, version }, this);
  }

  get id(): DurableObjectId {
    return this.#host.id();
  }

  get activation(): Activation | undefined {
    return this.#running?.activation;
  }

  /** The object runs: its facets are made of the same code. */
  begin(activation: Activation, version: WorkerVersion): void {
    this.#running = { activation, version };
  }

  left(activation: Activation): void {
    if (this.#running?.activation === activation) this.#running = undefined;
  }

  settled(): void {
    if (this.#running !== undefined) this.#running.activation.activity.recheck();
    else if (this.facets.isEmpty) this.#host.onEmpty(this);
    else if (!this.facets.isBusy) this.#host.onIdle(this);
  }

  get isBusy(): boolean {
    return this.#running !== undefined || this.facets.isBusy;
  }

  mayHibernate(): boolean {
    return this.facets.openSockets > 0 && this.mayEvict() && !this.facets.some(hasTimers);
  }

  mayEvict(): boolean {
    return !this.facets.some(isHeld);
  }

  sleep(): void {
    void this.facets.end("evicted", undefined);
  }
}

export function isHeld({ activity }: Activation): boolean {
  return activity.isHeld;
}

export function hasTimers({ activity }: Activation): boolean {
  return activity.hasTimers;
}
