import { setImmediate } from "node:timers";
import { runOutside } from "../context.ts";
import { afterTurn } from "../objects/turn.ts";

let waiting: (() => void)[] | undefined;
/** The round ends with the turn that runs now. */
let isEnding = false;

/**
 * Runs `write` once the event loop has dealt with all that came in together with what runs now, as
 * nobody's code.
 *
 * What is written then is written in one go: frames to one peer leave in one system call, and a
 * client that was woken by the first answer is still awake for the others. Waking a sleeping process
 * is most of what a small write costs (`docs/design/013-message-path-measured.md`).
 */
export function atRoundEnd(write: () => void): void {
  if (waiting) {
    waiting.push(write);
    return;
  }
  waiting = [write];
  if (!isEnding) runOutside(() => setImmediate(flush));
}

/**
 * Ends the round when this turn has run out: what it writes need not wait for another look at what has
 * come in. For who runs outside of any invocation, once the event loop has dealt with all that came in.
 */
export function endRoundWithTurn(): void {
  if (isEnding) return;
  isEnding = true;
  afterTurn(flush);
}

function flush(): void {
  const writes = waiting ?? [];
  waiting = undefined;
  isEnding = false;
  for (const write of writes) write();
}
