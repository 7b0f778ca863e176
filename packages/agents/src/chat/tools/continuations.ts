/**
 * Turns that follow by themselves, once clients have answered all that the model asked them.
 *
 * @module
 */

import { rowsOrNone } from "../../storage/sql.ts";
import type { RequestExtras } from "../request-context.ts";
import { ContextKey, REQUEST_CONTEXT_TABLE } from "../schema.ts";
import type { ToolHost } from "./host.ts";
import { hasIncompleteToolBatch, isToolPart } from "./parts.ts";

/** Milliseconds for further results to come in before the model is asked. */
const COALESCE_MS = 50;

/** A continuation that has not begun, as it is stored. */
interface Stored {
  readonly requestId: string;
  readonly connectionId: string | null;
  /** The call whose answer asked for it. */
  readonly toolCallId: string;
  readonly extras: RequestExtras;
}

/**
 * `coalescing` waits for results that come together, `waiting` for the other calls of the step or
 * for the end of the answer under way, `queued` for its turn, `deferred` for the end of the
 * continuation that runs.
 */
type Stage = "coalescing" | "waiting" | "queued" | "deferred";

/** What asks for a continuation. */
export type Wish = Omit<Stored, "requestId">;

/**
 * At most one continuation that is to come, and one that runs. The one to come is stored, so that
 * neither an eviction nor a crash forgets it.
 */
export class Continuations {
  readonly #host: ToolHost;
  #next: { readonly stored: Stored; readonly stage: Stage } | undefined;
  #running: string | undefined;
  #cancelTimer: () => void = () => undefined;

  constructor(host: ToolHost) {
    this.#host = host;
  }

  /** Whether one is to come, and nothing but time or a turn stands before it. */
  get isArmed(): boolean {
    return this.#next !== undefined && this.#next.stage !== "waiting";
  }

  /** Whether one is to come. */
  get isWanted(): boolean {
    return this.#next !== undefined;
  }

  /** Takes up what an earlier life of the agent stored. */
  start(): void {
    const stored = this.#read();
    if (!stored) return;
    this.#next = { stored, stage: "coalescing" };
    this.#expect(stored);
    this.#arm();
  }

  /**
   * Asks for a continuation. To be called in the transaction that stores the answer which asks.
   * Further wishes join the one to come.
   */
  want(wish: Wish): void {
    const requestId = this.#next?.stored.requestId ?? this.#host.random.id();
    const stored = { ...wish, requestId };
    const stage = this.#next?.stage ?? (this.#running === undefined ? "coalescing" : "deferred");
    this.#write(stored);
    this.#next = { stored, stage };
    this.#expect(stored);
    this.changed();
  }

  /** A call was answered: the one to come waits a little for the next answer. */
  changed(): void {
    if (!this.#next || this.#next.stage === "queued" || this.#next.stage === "deferred") return;
    this.#next = { ...this.#next, stage: "coalescing" };
    this.#arm();
  }

  /** A turn has ended: what waited for that may begin. */
  settled(): void {
    if (this.#next?.stage === "waiting") this.changed();
  }

  /**
   * Somebody stops the one to come, by its request. False when there is no such one, or when it has
   * its place among the turns: then it is a turn like any other.
   */
  stop(requestId: string): boolean {
    if (this.#next?.stored.requestId !== requestId || this.#next.stage === "queued") return false;
    this.reset();
    return true;
  }

  /** An answer was stopped: nothing follows on its calls. */
  stopped(isCallOf: (toolCallId: string) => boolean): void {
    if (this.#next && isCallOf(this.#next.stored.toolCallId)) this.reset();
  }

  /** Gives up the one to come. */
  reset(): void {
    this.#cancelTimer();
    const given = this.#next?.stored;
    if (!given) return;
    this.#forget();
    this.#host.release(given.requestId);
  }

  #arm(): void {
    const { clock, awake, failed } = this.#host;
    this.#cancelTimer();
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(COALESCE_MS, () => resolve(this.#fire()));
    this.#cancelTimer = () => {
      cancel();
      resolve();
    };
    awake(() => promise).catch(failed);
  }

  async #fire(): Promise<void> {
    if (this.#next?.stage !== "coalescing") return;
    const { stored } = this.#next;
    if (this.#host.inFlight || hasIncompleteToolBatch(this.#host.messages)) {
      this.#next = { stored, stage: "waiting" };
      return;
    }
    this.#next = { stored, stage: "queued" };
    const { requestId } = stored;
    try {
      await this.#host.continueTurn({
        requestId,
        isWanted: () => this.#isWanted(requestId),
        begun: () => this.#begun(requestId),
        connection: () => this.#ownerOf(this.#next?.stored),
        extras: () => this.#next?.stored.extras ?? stored.extras,
      });
    } catch (error) {
      console.error("[AIChatAgent] Auto-continuation failed:", error);
      await this.#host.failed(error);
    } finally {
      this.#ended(requestId);
    }
  }

  /** Whether the conversation still ends with the calls that were answered. */
  #isWanted(requestId: string): boolean {
    const stored = this.#next?.stored;
    if (stored?.requestId !== requestId) return false;
    const last = this.#host.messages.findLast(({ role }) => role === "assistant");
    const { toolCallId } = stored;
    return last?.parts.some((part) => isToolPart(part) && part.toolCallId === toolCallId) === true;
  }

  #begun(requestId: string): void {
    this.#running = requestId;
    if (this.#next?.stored.requestId === requestId) this.#forget();
  }

  #ended(requestId: string): void {
    if (this.#running === requestId) this.#running = undefined;
    if (this.#next?.stored.requestId === requestId) this.#forget();
    this.#host.release(requestId);
    if (this.#next?.stage !== "deferred") return;
    this.#next = { ...this.#next, stage: "coalescing" };
    this.#arm();
  }

  #ownerOf(stored: Stored | undefined) {
    const id = stored?.connectionId;
    return typeof id === "string" ? this.#host.connection(id) : undefined;
  }

  #expect(stored: Stored): void {
    this.#host.expect(stored.requestId, this.#ownerOf(stored));
  }

  #write(stored: Stored): void {
    const { sql } = this.#host;
    sql(REQUEST_CONTEXT_TABLE);
    sql(
      "INSERT OR REPLACE INTO cf_ai_chat_request_context (key, value) VALUES (?, ?)",
      ...[ContextKey.CONTINUATION, JSON.stringify(stored)],
    );
  }

  #forget(): void {
    this.#next = undefined;
    const { sql } = this.#host;
    rowsOrNone(() =>
      sql("DELETE FROM cf_ai_chat_request_context WHERE key = ?", ContextKey.CONTINUATION),
    );
  }

  #read(): Stored | undefined {
    const [row] = rowsOrNone(() =>
      this.#host.sql<{ value: string }>(
        "SELECT value FROM cf_ai_chat_request_context WHERE key = ?",
        ContextKey.CONTINUATION,
      ),
    );
    if (!row) return undefined;
    try {
      const stored = JSON.parse(row.value) as Partial<Stored> | null;
      const whole = typeof stored?.requestId === "string" && typeof stored.toolCallId === "string";
      return whole ? ({ extras: {}, ...stored } as Stored) : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}
