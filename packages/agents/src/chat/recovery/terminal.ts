/**
 * The error that the last turn ended with, for clients that were away. Kept until the next turn.
 *
 * @module
 */

import { ChatKey } from "../schema.ts";
import type { Values } from "./progress.ts";

/** What is kept. */
export interface TerminalRecord {
  readonly requestId: string;
  /** Words for people. */
  readonly body: string;
  readonly messageIds?: readonly string[];
}

/** The record, in memory and stored. */
export class Terminal {
  readonly #kv: Values;
  #record: TerminalRecord | undefined;
  #isRead = false;

  constructor(kv: Values) {
    this.#kv = kv;
  }

  get(): TerminalRecord | undefined {
    if (!this.#isRead) this.#record = this.#kv.get<TerminalRecord>(ChatKey.LAST_TERMINAL);
    this.#isRead = true;
    return this.#record;
  }

  set({ body, messageIds, requestId }: TerminalRecord): void {
    this.#record = { requestId, body, ...(messageIds ? { messageIds: [...messageIds] } : {}) };
    this.#isRead = true;
    this.#kv.put(ChatKey.LAST_TERMINAL, this.#record);
  }

  clear(): void {
    if (!this.get()) return;
    this.#record = undefined;
    this.#kv.delete(ChatKey.LAST_TERMINAL);
  }
}
