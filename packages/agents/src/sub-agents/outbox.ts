import type { WSMessage } from "../connections/types.ts";

/** What a sub-agent does with sockets that the outermost agent owns. */
export type Frame =
  | { readonly kind: "send"; readonly to: readonly string[]; readonly message: WSMessage }
  | {
      readonly kind: "close";
      readonly to: string;
      readonly code?: number;
      readonly reason?: string;
    }
  | { readonly kind: "keep"; readonly to: string; readonly attachment: unknown };

/**
 * Frames on their way to the outermost agent, in order: one batch at a time, and in it what came
 * while the batch before was under way.
 */
export class Outbox {
  readonly #deliver: (frames: readonly Frame[]) => Promise<unknown>;
  readonly #waitUntil: (work: Promise<unknown>) => void;
  #waiting: Frame[] = [];
  #sending: Promise<void> | undefined;

  constructor(
    deliver: (frames: readonly Frame[]) => Promise<unknown>,
    waitUntil: (work: Promise<unknown>) => void,
  ) {
    this.#deliver = deliver;
    this.#waitUntil = waitUntil;
  }

  push(frame: Frame): void {
    this.#waiting.push(frame);
    if (this.#sending) return;
    this.#sending = this.#send();
    this.#waitUntil(this.#sending);
  }

  /** Sends one message to one more socket; a broadcast is one frame so. */
  send(to: string, message: WSMessage): void {
    const last = this.#waiting.at(-1);
    if (last?.kind === "send" && last.message === message) {
      this.#waiting[this.#waiting.length - 1] = { ...last, to: [...last.to, to] };
    } else this.push({ kind: "send", to: [to], message });
  }

  /** Resolves when everything pushed so far has arrived. */
  async settled(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async #send(): Promise<void> {
    // What else comes in this turn goes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const frames = this.#waiting;
      this.#waiting = [];
      try {
        await this.#deliver(frames);
      } catch (error) {
        console.error(`${frames.length} frames to connections of a sub-agent were lost:`, error);
      }
    }
    this.#sending = undefined;
  }
}
