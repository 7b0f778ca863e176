/** What is left of a connection's allowance, and when that was (milliseconds). */
export interface Allowance {
  readonly left: number;
  readonly at: number;
}

/** How many seconds' worth of messages may come at once. */
const BURST_SECONDS = 2;

/** The allowance of a connection that has sent nothing. */
export function fullAllowance(perSecond: number, now: number): Allowance {
  return { left: perSecond * BURST_SECONDS, at: now };
}

/** Takes one message from an allowance, which fills up with time; undefined when none is left. */
export function takeOne(held: Allowance, perSecond: number, now: number): Allowance | undefined {
  const gained = (Math.max(0, now - held.at) / 1000) * perSecond;
  const left = Math.min(perSecond * BURST_SECONDS, held.left + gained) - 1;
  return left < 0 ? undefined : { left, at: Math.max(now, held.at) };
}
