/**
 * Whether a turn is being recovered, as clients are told.
 *
 * @module
 */

import { ChatKey } from "../schema.ts";
import { recoveringFrame } from "../wire.ts";
import { CHAT_RECOVERING_FLAG_TTL_MS } from "./config.ts";
import type { Values } from "./progress.ts";

interface Flag {
  readonly requestId?: string;
  /** Milliseconds. */
  readonly at: number;
}

/** What the flag needs. */
export interface RecoveringPorts {
  readonly kv: Values;
  now(): number;
  broadcast(frame: string): void;
}

/** The stored flag. Clients hear of changes only. */
export class Recovering {
  readonly #ports: RecoveringPorts;

  constructor(ports: RecoveringPorts) {
    this.#ports = ports;
  }

  /** The frame for a connection that joins; undefined when nothing is being recovered. */
  frame(): string | undefined {
    const flag = this.#current();
    return flag && recoveringFrame(true, flag.requestId);
  }

  set(requestId: string): void {
    if (this.#current()?.requestId === requestId) return;
    this.#ports.kv.put(ChatKey.RECOVERING, { requestId, at: this.#ports.now() });
    this.#ports.broadcast(recoveringFrame(true, requestId));
  }

  clear(): void {
    const flag = this.#ports.kv.get<Flag>(ChatKey.RECOVERING);
    if (!flag) return;
    this.#ports.kv.delete(ChatKey.RECOVERING);
    this.#ports.broadcast(recoveringFrame(false, flag.requestId));
  }

  #current(): Flag | undefined {
    const flag = this.#ports.kv.get<Flag>(ChatKey.RECOVERING);
    if (!flag || this.#ports.now() - flag.at > CHAT_RECOVERING_FLAG_TTL_MS) return undefined;
    return flag;
  }
}
