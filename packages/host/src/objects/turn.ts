import { nextTick } from "node:process";
import { setImmediate } from "node:timers";
import { stepTaken } from "../progress.ts";

/** After so many starts in a row the event loop gets a chance to read sockets and run timers. */
const STARTS_BETWEEN_YIELDS = 32;

let starts = 0;

/**
 * Runs `callback` once the microtasks that are queued now, and those they queue, have run out: at the
 * end of the turn.
 */
export function afterTurn(callback: () => void): void {
  stepTaken();
  // A tick that is set from within a microtask waits for the microtask queue to be empty.
  queueMicrotask(() => nextTick(callback));
}

/**
 * To be called from a microtask that starts an event: runs `callback` at the end of the turn.
 */
export function atTurnEnd(callback: () => void): void {
  nextTick(callback);
}

/** Runs `callback` in a microtask, soon; now and then only after the event loop went round. */
export function soon(callback: () => void): void {
  stepTaken();
  starts += 1;
  if (starts < STARTS_BETWEEN_YIELDS) {
    queueMicrotask(callback);
    return;
  }
  starts = 0;
  setImmediate(() => queueMicrotask(callback));
}
