import { FreeholdError } from "../errors.ts";
import type { LifecycleJob } from "../jobs/job.ts";
import type { RetryOptions } from "../retry/options.ts";
import { nextCron } from "./cron.ts";
import type { Schedule, ScheduleCriteria } from "./types.ts";

/** Longest interval: 30 days, in seconds. */
const MAX_INTERVAL_SECONDS = 2_592_000;

/** How a moment begins in ISO 8601, and no cron expression does. */
const ISO_DATE = /^\s*\d{4}-\d{2}-\d{2}(?=[T\s]|$)/;

/** When something runs, without what runs. */
export type Timing =
  | { readonly type: "scheduled"; readonly time: number }
  | { readonly type: "delayed"; readonly time: number; readonly delayInSeconds: number }
  | {
      readonly type: "cron";
      readonly time: number;
      readonly cron: string;
      readonly timezone?: string;
    }
  | { readonly type: "interval"; readonly time: number; readonly intervalSeconds: number };

/** What a schedule stores in its job, beside the job's own columns. */
export interface SchedulePayload {
  readonly payload?: unknown;
  readonly retry?: RetryOptions;
  readonly type: Schedule["type"];
  readonly delayInSeconds?: number;
  readonly cron?: string;
  /** Ours alone: the published SDK reads the expression in UTC. */
  readonly timezone?: string;
  readonly intervalSeconds?: number;
  /** Sub-agent that owns the schedule, as JSON; null for the agent itself. */
  readonly owner_path: string | null;
  readonly owner_path_key: string | null;
}

/**
 * Reads the first argument of `schedule`: a moment, a delay in seconds, or a cron expression. A moment
 * may come as models write it, in ISO 8601: to the published SDK every text is a cron expression, so
 * that what its own schema for models gives is refused.
 * Times come out in whole seconds; `now` is in milliseconds.
 *
 * @throws FreeholdError `invalid_schedule`, `cron_never_matches`, `invalid_timezone`.
 */
export function timingOf(when: unknown, callback: string, now: number, timezone?: string): Timing {
  const moment = momentOf(when);
  if (timezone !== undefined && (moment || typeof when !== "string")) {
    throw invalid("timezone is for cron expressions: moments and delays are the same everywhere");
  }
  if (moment) return { type: "scheduled", time: Math.floor(moment.getTime() / 1000) };
  if (typeof when === "number") {
    const time = Math.floor((now + when * 1000) / 1000);
    return { type: "delayed", time, delayInSeconds: when };
  }
  if (typeof when === "string") {
    const time = nextCron(when, timezone, now) / 1000;
    return { type: "cron", time, cron: when, ...(timezone === undefined ? {} : { timezone }) };
  }
  const shown = JSON.stringify(when);
  throw invalid(`Invalid schedule type: ${shown}(${typeof when}) trying to schedule ${callback}`);
}

function momentOf(when: unknown): Date | undefined {
  if (when instanceof Date) return when;
  if (typeof when !== "string" || !ISO_DATE.test(when)) return undefined;
  const moment = new Date(when.trim());
  if (Number.isNaN(moment.getTime())) throw invalid(`Invalid date: ${when}`);
  return moment;
}

/** Timing of a recurring schedule. @throws FreeholdError `invalid_schedule`. */
export function intervalOf(seconds: unknown, now: number): Timing {
  if (typeof seconds !== "number" || !(seconds > 0)) {
    throw invalid("intervalSeconds must be a positive number");
  }
  if (seconds > MAX_INTERVAL_SECONDS) {
    throw invalid(`intervalSeconds cannot exceed ${MAX_INTERVAL_SECONDS} seconds (30 days)`);
  }
  const time = Math.floor((now + seconds * 1000) / 1000);
  return { type: "interval", time, intervalSeconds: seconds };
}

/** When a schedule runs again, in milliseconds; undefined when it was to run once. */
export function nextRun(schedule: Timing, now: number): number | undefined {
  if (schedule.type === "cron") return nextCron(schedule.cron, schedule.timezone, now);
  if (schedule.type === "interval") return now + schedule.intervalSeconds * 1000;
  return undefined;
}

/** Turns a stored job into what callers see: no columns, no owner. */
export function scheduleOf(job: LifecycleJob): Schedule<unknown> | undefined {
  const stored = job.payload as SchedulePayload | undefined;
  if (typeof stored !== "object" || stored === null) return undefined;
  const timing = storedTiming(stored, Math.floor(job.time / 1000));
  if (!timing) return undefined;
  const base = { id: job.id, callback: job.fn, payload: stored.payload };
  return { ...base, ...(stored.retry ? { retry: stored.retry } : {}), ...timing };
}

function storedTiming(stored: SchedulePayload, time: number): Timing | undefined {
  const { type, delayInSeconds, cron, intervalSeconds, timezone } = stored;
  if (type === "scheduled") return { type, time };
  if (type === "delayed") return { type, time, delayInSeconds: delayInSeconds ?? 0 };
  if (type === "cron" && cron !== undefined) {
    return { type, time, cron, ...(timezone === undefined ? {} : { timezone }) };
  }
  if (type === "interval" && intervalSeconds !== undefined) return { type, time, intervalSeconds };
  return undefined;
}

/** Whether two schedules are the same but for the moment at which they run next. */
export function sameSchedule(
  existing: Schedule<unknown>,
  wanted: Timing,
  payload: unknown,
): boolean {
  if (existing.type !== wanted.type) return false;
  if (JSON.stringify(existing.payload) !== JSON.stringify(payload)) return false;
  if (existing.type === "cron" && wanted.type === "cron") {
    return existing.cron === wanted.cron && existing.timezone === wanted.timezone;
  }
  if (existing.type === "interval" && wanted.type === "interval") {
    return existing.intervalSeconds === wanted.intervalSeconds;
  }
  return true;
}

/** Whether a schedule is asked for. */
export function matches(schedule: Schedule<unknown>, criteria: ScheduleCriteria): boolean {
  const { id, type, timeRange } = criteria;
  if (id !== undefined && schedule.id !== id) return false;
  if (type !== undefined && schedule.type !== type) return false;
  if (!timeRange) return true;
  const start = Math.floor((timeRange.start?.getTime() ?? 0) / 1000);
  const end = Math.floor((timeRange.end?.getTime() ?? Number.MAX_SAFE_INTEGER) / 1000);
  return schedule.time >= start && schedule.time <= end;
}

function invalid(message: string): FreeholdError {
  return new FreeholdError("invalid_schedule", message);
}
