import { eventFrame } from "./frames.ts";
import type { RunRow } from "./store.ts";
import type { AgentToolEvent } from "./types.ts";

/** Sends to clients: to all but those given. */
type Send = (frame: string, without: readonly string[]) => void;

/**
 * The events of runs on their way to clients. One that joins is told of the past first: what happens
 * meanwhile is kept for it, so that it hears everything in order.
 */
export class Broadcasts {
  readonly #send: Send;
  readonly #joining = new Map<string, string[]>();

  constructor(send: Send) {
    this.#send = send;
  }

  event(run: RunRow, sequence: number, event: AgentToolEvent): void {
    const frame = eventFrame(run, sequence, event);
    for (const kept of this.#joining.values()) kept.push(frame);
    this.#send(frame, [...this.#joining.keys()]);
  }

  /** Tells a client of the past, then of what happened meanwhile. */
  async join(id: string, tell: (frame: string) => void, past: () => Promise<void>): Promise<void> {
    const kept: string[] = [];
    this.#joining.set(id, kept);
    try {
      await past();
    } finally {
      if (this.#joining.get(id) === kept) this.#joining.delete(id);
      for (const frame of kept) tell(frame);
    }
  }
}
