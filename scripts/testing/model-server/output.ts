import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Step } from "./script.ts";

/** An answer on its way, as long as its reader is there. */
export class Output {
  readonly #response: ServerResponse;
  readonly #pieces: number | undefined;
  readonly #gone = new AbortController();

  constructor(response: ServerResponse, pieces: number | undefined) {
    this.#response = response;
    this.#pieces = pieces;
    response.once("close", () => this.#gone.abort());
  }

  get isGone(): boolean {
    return this.#gone.signal.aborted;
  }

  /** Writes events, each as one piece, or all in pieces of so many bytes. */
  async write(events: readonly string[]): Promise<void> {
    const bytes = events.map((event) => Buffer.from(event));
    const pieces = this.#pieces === undefined ? bytes : cut(Buffer.concat(bytes), this.#pieces);
    for (const piece of pieces) {
      if (this.isGone) return;
      await new Promise<void>((resolve) => this.#response.write(piece, () => resolve()));
    }
  }

  /** Waits as a step says, or until the reader goes away. */
  async pause(step: Step): Promise<void> {
    const { signal } = this.#gone;
    if (typeof step !== "object" || signal.aborted) return;
    if ("wait" in step) await delay(step.wait, undefined, { signal }).catch(() => undefined);
    if (!("until" in step)) return;
    const left = Promise.withResolvers<void>();
    const leave = () => left.resolve();
    signal.addEventListener("abort", leave, { once: true });
    await Promise.race([step.until, left.promise]);
    signal.removeEventListener("abort", leave);
  }
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}
