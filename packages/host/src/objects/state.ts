import { objectErrors, workerErrors } from "../contract-errors.ts";
import { brandClass, brands } from "../rpc/brands.ts";
import type { ObjectSockets } from "../sockets/object-sockets.ts";
import type { Activation } from "./activation.ts";
import type { DurableObjectId } from "./id.ts";

/** What the state of one activation is made of. */
export interface StateParts {
  readonly activation: Activation;
  /** For a facet it may be any text. */
  readonly id: DurableObjectId | string;
  readonly storage: object;
  readonly facets: object;
  readonly exports: object;
  readonly props: object;
  /** The object's hibernatable sockets; made when first asked for. */
  sockets(): ObjectSockets;
}

/** Options of `ctx.abort`. */
export interface AbortOptions {
  /** Whether an alarm that this interrupts runs again. Default true. */
  readonly retryAlarm?: boolean;
}

/**
 * `ctx` of a Durable Object.
 *
 * @example
 * ```ts
 * class Room extends DurableObject {
 *   constructor(ctx: DurableObjectState, env: Env) {
 *     super(ctx, env);
 *     ctx.blockConcurrencyWhile(async () => { this.topic = await ctx.storage.get("topic"); });
 *   }
 * }
 * ```
 */
export class DurableObjectState {
  // The order is the one in which `for...in` lists them.
  readonly facets: object;
  readonly container: undefined = undefined;
  readonly storage: object;
  readonly id: DurableObjectId | string;
  readonly props: object;
  readonly exports: object;
  readonly #activation: Activation;
  readonly #sockets: () => ObjectSockets;

  constructor(parts: StateParts) {
    this.facets = parts.facets;
    this.storage = parts.storage;
    this.id = parts.id;
    this.props = parts.props;
    this.exports = parts.exports;
    this.#activation = parts.activation;
    this.#sockets = parts.sockets;
  }

  /** Keeps the object in memory until the promise settles. A rejection is logged. */
  waitUntil(...promise: readonly unknown[]): void {
    if (!DurableObjectState.is(this)) throw workerErrors.illegalInvocation();
    if (promise.length === 0) throw workerErrors.notAPromise("DurableObjectState");
    this.#activation.waitUntil(promise[0]);
  }

  /**
   * Runs `callback` with every other event kept out. When it rejects, or takes longer than 30
   * seconds, the object is reset.
   */
  blockConcurrencyWhile<T>(callback: () => T | Promise<T>): Promise<T> {
    if (typeof callback !== "function") {
      throw objectErrors.wrongStateArgument("blockConcurrencyWhile", "function");
    }
    return this.#activation.exclusively(async () => await callback(), true);
  }

  acceptWebSocket(socket: WebSocket, tags: readonly string[] = []): void {
    this.#sockets().accept(socket, tags);
  }

  getWebSockets(tag?: string): WebSocket[] {
    return this.#sockets().list(tag);
  }

  setWebSocketAutoResponse(pair?: { readonly request: string; readonly response: string }): void {
    this.#sockets().setAutoResponse(pair);
  }

  getWebSocketAutoResponse(): { readonly request: string; readonly response: string } | null {
    return this.#sockets().getAutoResponse();
  }

  getWebSocketAutoResponseTimestamp(socket: WebSocket): Date | null {
    return this.#sockets().getAutoResponseTimestamp(socket);
  }

  setHibernatableWebSocketEventTimeout(ms?: number): void {
    this.#sockets().setEventTimeout(ms);
  }

  getHibernatableWebSocketEventTimeout(): number | null {
    return this.#sockets().getEventTimeout();
  }

  getTags(socket: WebSocket): string[] {
    return this.#sockets().tags(socket);
  }

  /**
   * Resets the object at once: nothing that was not committed is written, callers get `reason`, and
   * sockets are disconnected. The call throws; nothing of this activation has an effect afterwards.
   */
  abort(reason?: unknown, options: AbortOptions = {}): never {
    this.#activation.abort(reason, options.retryAlarm !== false);
  }

  get [Symbol.toStringTag](): string {
    return "DurableObjectState";
  }

  static is(value: unknown): value is DurableObjectState {
    return typeof value === "object" && value !== null && #activation in value;
  }

  static activationOf(state: DurableObjectState): Activation {
    return state.#activation;
  }
}

// Methods of the platform show up in `for...in`.
for (const name of Object.getOwnPropertyNames(DurableObjectState.prototype)) {
  if (name !== "constructor") {
    Object.defineProperty(DurableObjectState.prototype, name, { enumerable: true });
  }
}
brandClass(DurableObjectState, brands.objectState);
