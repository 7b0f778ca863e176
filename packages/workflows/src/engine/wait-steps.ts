import { decodeValue } from "@freehold/host";
import { toMilliseconds } from "../duration.ts";
import type { StepRecord } from "../journal/history.ts";
import { DEFAULT_WAIT, MAX_SLEEP_MS, PAST, stepErrors } from "../wire.ts";
import { toError } from "./errors.ts";
import type { Run } from "./run.ts";

type Pending<T> = PromiseWithResolvers<T>;

/** `step.sleep`: done when its time has come, over replays. */
export function sleep(run: Run, label: string, durationMs: number): Promise<void> {
  const pending = Promise.withResolvers<void>();
  const record = run.visit("sleep", label);
  const wake = () => {
    const [event] = run.append({ type: "sleep_completed", step: label });
    release(run, event?.id ?? 0, () => pending.resolve());
  };
  const lie = (until: number) => {
    const isSkipped = run.host.mocks?.isSleepDisabled(label) === true;
    run.wait({ until: isSkipped ? 0 : until, onDue: wake });
  };
  if (record?.kind === "sleep" && record.settled !== undefined) {
    release(run, record.settled, () => pending.resolve());
  } else if (record?.kind === "sleep") lie(record.until);
  else {
    queueMicrotask(() =>
      run.start(() => {
        const until = run.host.clock.now() + durationMs;
        run.append({ type: "sleep_started", step: label, note: { durationMs, until } });
        lie(until);
      }),
    );
  }
  return pending.promise;
}

/**
 * How long a sleep is, in milliseconds.
 *
 * @throws TypeError for what is no length of time, or longer than a year
 */
export function sleepMs(name: string, duration: unknown): number {
  const ms = toMilliseconds(duration);
  if (ms === undefined) {
    throw toError({
      name: "TypeError",
      message: `The duration of the sleep "${name}" must be a number of ms or a duration string like "30 seconds"`,
    });
  }
  if (ms > MAX_SLEEP_MS) {
    throw toError({
      name: "RangeError",
      message: `The sleep "${name}" is longer than 365 days`,
    });
  }
  return Math.max(0, ms);
}

/**
 * How long to sleep until a time. A sleep that is on record goes on, whatever its time.
 *
 * @throws Error for a time in the past, TypeError for none
 */
export function sleepUntilMs(name: string, time: unknown, now: number, isKnown: boolean): number {
  const until = time instanceof Date ? time.getTime() : time;
  if (typeof until !== "number" || Number.isNaN(until)) {
    throw toError({
      name: "TypeError",
      message: `The time of the sleep "${name}" must be a Date or a number of ms since the epoch`,
    });
  }
  if (until < now && !isKnown) throw toError({ name: "Error", message: PAST });
  return isKnown ? 0 : sleepMs(name, until - now);
}

/** An event from outside, as a program gets it. */
export interface StepEvent {
  readonly payload: unknown;
  readonly type: string;
  readonly timestamp: Date;
}

/** `step.waitForEvent`: takes the oldest event of its type, sent before or after. */
export function waitForEvent(
  run: Run,
  label: string,
  eventType: string,
  timeoutMs: number,
): Promise<StepEvent> {
  const pending = Promise.withResolvers<StepEvent>();
  const record = run.visit("waitForEvent", label);
  if (record?.kind === "waitForEvent" && record.settled !== undefined) {
    settle(run, record, pending);
    return pending.promise;
  }
  const wait = (type: string, until: number, durationMs: number) =>
    listen(run, { label, eventType: type, until, durationMs }, pending);
  if (record?.kind === "waitForEvent") wait(record.eventType, record.until, record.durationMs);
  else {
    queueMicrotask(() =>
      run.start(() => {
        const until = run.host.clock.now() + timeoutMs;
        const note = { eventType, until, durationMs: timeoutMs };
        run.append({ type: "wait_started", step: label, note });
        wait(eventType, until, timeoutMs);
      }),
    );
  }
  return pending.promise;
}

/** The length of a wait in milliseconds; `undefined` for what is none. */
export function waitMs(timeout: unknown): number | undefined {
  const ms = toMilliseconds(timeout ?? DEFAULT_WAIT);
  return ms !== undefined && ms > 0 ? ms : undefined;
}

interface Listening {
  readonly label: string;
  readonly eventType: string;
  readonly until: number;
  /** How long it was to wait, pauses aside. */
  readonly durationMs: number;
}

function listen(run: Run, listening: Listening, pending: Pending<StepEvent>): void {
  const { label, eventType, until, durationMs } = listening;
  const { journal, mocks } = run.host;
  const receive = (): boolean => {
    const event = journal.peek(eventType);
    if (event === undefined) return false;
    journal.take(event);
    const { sentAt, payload } = event;
    const [ended] = run.append({
      type: "wait_completed",
      step: label,
      note: { sentAt },
      ...(payload && { value: payload }),
    });
    const value = payload === null ? undefined : decodeValue(payload);
    release(run, ended?.id ?? 0, () => pending.resolve(stepEvent(value, eventType, sentAt)));
    return true;
  };
  const expire = () => {
    const error = stepErrors.timedOut(durationMs);
    const [ended] = run.append({ type: "wait_timed_out", step: label, note: { error } });
    release(run, ended?.id ?? 0, () => pending.reject(toError(error)));
  };
  const isMocked = mocks?.isEventTimedOut(label) === true;
  if (!isMocked && receive()) return;
  const wait = (): void =>
    run.wait({
      until: isMocked ? 0 : until,
      eventType,
      onDue: expire,
      onEvent: () => {
        if (!receive()) wait();
      },
    });
  wait();
}

function settle(
  run: Run,
  record: Extract<StepRecord, { kind: "waitForEvent" }>,
  { resolve, reject }: Pending<StepEvent>,
): void {
  const { settled = 0, eventType, sentAt = 0, state, error } = record;
  release(run, settled, () => {
    if (state === "failed") reject(toError(error ?? stepErrors.timedOut(0)));
    else resolve(stepEvent(run.host.journal.value(settled), eventType, sentAt));
  });
}

function stepEvent(payload: unknown, type: string, sentAt: number): StepEvent {
  return { payload, type, timestamp: new Date(sentAt) };
}

function release(run: Run, order: number, act: () => void): void {
  run.releases.add(order, () => {
    if (!run.isOver) act();
  });
}
