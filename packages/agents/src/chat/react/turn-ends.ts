/**
 * How requests end, each told once.
 *
 * @module
 */

import type { ChatResponseFrame, ChatTurnOutcome } from "../wire.ts";

/** A chat request that ended. */
export type ChatTurnEndEvent = {
  /** The request's id on the wire. */
  requestId: string;
  /** Ids of the user messages that the request ended with; absent where the server does not say. */
  messageIds?: string[];
  outcome: Exclude<ChatTurnOutcome, "recovering">;
  /** What went wrong, where `outcome` is `"error"`. */
  error?: string;
  /** Whether this was told again after a reconnect, rather than as it happened. */
  replay: boolean;
};

/** How many ended requests are remembered. */
const REMEMBERED = 500;

/** Remembers which requests have ended, and what they failed with. */
export class TurnEnds {
  readonly #ended = new Set<string>();
  readonly #errors = new Map<string, string>();

  /** Whether a request has ended. */
  has(requestId: string): boolean {
    return this.#ended.has(requestId);
  }

  /** Takes a response; the event when it is the first end of its request. */
  take(response: ChatResponseFrame): ChatTurnEndEvent | undefined {
    const { id, body, done, error, outcome, messageIds, replay } = response;
    if (error) this.#errors.set(id, body);
    if (!done) return undefined;
    const text = this.#errors.get(id);
    this.#errors.delete(id);
    if (this.#ended.has(id)) return undefined;
    this.end(id);
    const ended = outcome ?? (text === undefined ? "completed" : "error");
    if (ended === "recovering") return undefined;
    return {
      requestId: id,
      ...(messageIds ? { messageIds: [...messageIds] } : {}),
      outcome: ended,
      ...(ended === "error" && text !== undefined ? { error: text } : {}),
      replay: replay === true,
    };
  }

  /** Counts a request as over, without a word. */
  end(requestId: string): void {
    this.#ended.add(requestId);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= REMEMBERED) break;
      this.#ended.delete(oldest);
    }
  }
}
