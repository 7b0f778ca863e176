import { FreeholdError } from "../errors.ts";

/** Units of a {@link TaskDurationString}. */
export type TaskDurationUnit = "second" | "minute" | "hour" | "day" | "week";

/** A length of time in words, for instance `"10 seconds"` or `"1 day"`. */
export type TaskDurationString = `${number} ${TaskDurationUnit}${"" | "s"}`;

const MILLISECONDS: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

const WORDS = /^(\d+(?:\.\d+)?) (second|minute|hour|day|week)s?$/;

/**
 * A duration in milliseconds. `context` names it in errors.
 *
 * @throws FreeholdError `invalid_task_duration`.
 */
export function parseDuration(duration: unknown, context: string): number {
  if (typeof duration === "number") {
    if (Number.isFinite(duration) && duration >= 0) return duration;
    throw invalid(
      `Invalid ${context}: expected a non-negative number of milliseconds, got ${duration}`,
    );
  }
  const found = typeof duration === "string" ? WORDS.exec(duration.trim()) : null;
  const milliseconds = found && Number(found[1]) * (MILLISECONDS[found[2] ?? ""] ?? Number.NaN);
  if (milliseconds !== null && Number.isFinite(milliseconds)) return milliseconds;
  throw invalid(
    `Invalid ${context}: expected milliseconds or a duration like "10 seconds", got ${JSON.stringify(duration)}`,
  );
}

function invalid(message: string): FreeholdError {
  return new FreeholdError("invalid_task_duration", message, {
    help: 'Give milliseconds, or a number and a unit from "seconds" to "weeks".',
  });
}
