import { invocation } from "../context.ts";
import { rpcErrors } from "../contract-errors.ts";
import { deliveredRequest } from "../http/request.ts";
import type { Activation } from "../objects/activation.ts";
import { runCall, runFetch } from "../objects/events.ts";
import { resetError, throwAsRemote } from "../objects/reset.ts";
import { outAndBack, send } from "../rpc/exchange.ts";
import type { Hook } from "../rpc/hook.ts";
import type { Received } from "../rpc/local.ts";
import type { Bond, Facet } from "./facet.ts";
import type { Facets } from "./facets.ts";
import { foreignReady } from "./startup.ts";

/**
 * A facet as its parent holds it. It is bound to the facet that its first call found: once that was
 * ended, every call fails with the reason.
 */
export class FacetHandle implements Hook {
  readonly staysHome = true;
  readonly #facets: Facets;
  readonly #owner: Activation;
  readonly #name: string;
  readonly #getStartup: () => unknown;
  #facet: Facet | undefined;
  #bond: Bond | undefined;

  constructor(facets: Facets, owner: Activation, name: string, getStartup: () => unknown) {
    this.#facets = facets;
    this.#owner = owner;
    this.#name = name;
    this.#getStartup = getStartup;
  }

  fetch(request: Request): Promise<Response> {
    const delivered = deliveredRequest(request);
    return outAndBack(() =>
      this.#reach((to) => to.receive((origin) => runFetch(origin, delivered)).catch(throwAsRemote)),
    );
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    return send(args, (received) => this.#receive(path, received));
  }

  dup(): Hook {
    return this;
  }

  dispose(): void {
    // Nothing is held: a facet lives as long as its parent.
  }

  #receive(path: readonly string[], received: Received): Promise<unknown> {
    const { objectId } = this.#facets.home;
    return this.#reach((to) =>
      to.receive((origin) => runCall(origin, path, received, objectId), received.bytes),
    );
  }

  async #reach<T>(start: (activation: Activation) => Promise<T>): Promise<T> {
    const { isOver, reason } = this.#owner;
    if (isOver) throw reason === undefined ? rpcErrors.connectionLost() : resetError(reason);
    const facet = this.#bind();
    const bond = this.#bond;
    const failure = failureOf(bond);
    if (failure !== undefined) throw failure;
    try {
      return await facet.reach(() => this.#askForStartup(), start);
    } catch (error) {
      throw failureOf(bond) ?? error;
    }
  }

  #bind(): Facet {
    let facet = this.#facet;
    if (facet === undefined || facet.isGone) {
      facet = this.#facets.facet(this.#name);
      this.#facet = facet;
      if (this.#bond?.failure === undefined) this.#bond = facet.bond;
    }
    return facet;
  }

  /** The callback runs as code of the parent: when its input gate lets it in. */
  async #askForStartup(): Promise<unknown> {
    const caller = invocation.getStore();
    await new Promise<void>((resolve) => {
      if (caller?.run === undefined) resolve();
      else caller.run(resolve);
    });
    const startup = await this.#getStartup();
    await foreignReady(startup);
    return startup;
  }
}

/** Why a facet was ended, which may have happened meanwhile. */
function failureOf(bond: Bond | undefined): unknown {
  return bond?.failure?.();
}
