import { type Clock, systemClock, type Timer } from "../../clock.ts";
import type { FromCell } from "../wire.ts";

/** The host's time where that is not the machine's: told ahead of each message, timers set there. */
export class HostTime implements Clock {
  readonly #send: (message: FromCell) => void;
  readonly #timers = new Map<number, () => void>();
  #lastTimer = 0;
  #now = 0;
  /** The machine's time when the host's was told; `undefined` while that stands still. */
  #told: number | undefined;

  constructor(send: (message: FromCell) => void) {
    this.#send = send;
  }

  now(): number {
    if (this.#told === undefined) return this.#now;
    const machine = systemClock.now();
    this.#now += machine - this.#told;
    this.#told = machine;
    return this.#now;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    this.#lastTimer += 1;
    const id = this.#lastTimer;
    this.#timers.set(id, callback);
    this.#send({ cell: "setTimer", id, delayMs: Math.max(0, delayMs) });
    return {
      cancel: () => {
        if (this.#timers.delete(id)) this.#send({ cell: "cancelTimer", id });
      },
    };
  }

  told(now: number, runs: boolean): void {
    this.#now = Math.max(this.#now, now);
    this.#told = runs ? systemClock.now() : undefined;
  }

  fire(id: number): void {
    const callback = this.#timers.get(id);
    this.#timers.delete(id);
    callback?.();
  }
}
