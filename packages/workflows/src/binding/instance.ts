import { encodeValue } from "@freehold/host";
import type { InstanceState } from "../engine/standing.ts";
import { isTooLarge } from "../engine/values.ts";
import type { StepKind } from "../journal/history.ts";
import { bindingErrors } from "../wire.ts";
import { found, type Reach, type RemoteInstance } from "./reach.ts";
import { type SubscribeOptions, Subscription } from "./subscription.ts";

/** Options of `restart`. */
export interface RestartOptions {
  readonly from?: {
    readonly name: string;
    /** Which of the steps of that name, from 1. Default 1. */
    readonly count?: number;
    readonly type?: StepKind;
  };
}

/**
 * An instance of a workflow, as programs hold it.
 *
 * @example
 * ```ts
 * const instance = await env.ORDERS.get("order-7");
 * await instance.sendEvent({ type: "paid", payload: { cents: 1200 } });
 * console.log((await instance.status()).status);
 * ```
 */
export class WorkflowInstance {
  readonly id: string;
  readonly #reach: Reach;
  readonly #remote: RemoteInstance;

  constructor(reach: Reach, id: string, remote: RemoteInstance) {
    this.id = id;
    this.#reach = reach;
    this.#remote = remote;
  }

  /** Stops at the next step. An instance that does not run is left as it is. */
  async pause(): Promise<void> {
    found(await this.#remote.pause());
  }

  /** Goes on. Times that the instance waited for are later by as long as it was paused. */
  async resume(): Promise<void> {
    found(await this.#remote.resume());
  }

  /** Ends the instance; with `rollback`, what its steps have done is undone first. */
  async terminate(options: { readonly rollback?: boolean } = {}): Promise<void> {
    const outcome = found(await this.#remote.terminate(options.rollback === true));
    if (outcome === "finished") throw bindingErrors.cannotTerminate();
  }

  /**
   * Runs the instance again from the top, or from a step: what came before it is kept. Events that
   * were sent are forgotten, also those that no step has taken, as the published engine does.
   */
  async restart(options: RestartOptions = {}): Promise<void> {
    const { from } = options;
    const point = from && {
      name: from.name,
      count: from.count ?? 1,
      kind: from.type,
    };
    const outcome = found(await this.#remote.restart(point));
    if (outcome === "unknown") throw bindingErrors.cannotRestart(from?.name);
  }

  /** Forgets the instance and all that it stored. */
  async delete(): Promise<void> {
    found(await this.#remote.delete());
  }

  async status(): Promise<InstanceState> {
    return found(await this.#remote.state());
  }

  /** Sends an event. It is kept until a step waits for its type; each is taken once, in order. */
  async sendEvent(event: { readonly type: string; readonly payload?: unknown }): Promise<void> {
    const { payload, type } = event;
    const bytes = payload === undefined ? null : encodeValue(payload);
    if (isTooLarge(bytes ?? undefined)) throw bindingErrors.payloadTooLarge();
    const isSent = found(await this.#remote.sendEvent(String(type), bytes));
    if (!isSent) throw bindingErrors.stateTooLarge(this.#reach.limits.stateBytes);
  }

  /** What has happened to the instance, and what happens. */
  async subscribe(options: SubscribeOptions = {}): Promise<Subscription> {
    found(await this.#remote.info());
    return new Subscription(this.#reach, this.id, this.#remote, options);
  }
}
