import { type Cron, parseCronExpression } from "cron-schedule";
import { FreeholdError, messageOf } from "../errors.ts";

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** The longest wait that a cron expression can ask for: from one 29 February over 2100 to the next. */
const SEARCHED_DAYS = 366 * 8 + 2;

/**
 * The first moment after `now` that a cron expression names, both in milliseconds.
 *
 * Without a zone the runtime's own local time counts (UTC on Workers and on Freehold). In a zone, a
 * time that the clocks skip comes when they have skipped it; one that comes twice counts once, except
 * where every hour is named.
 *
 * @throws FreeholdError `invalid_schedule`, `cron_never_matches`, `invalid_timezone`.
 */
export function nextCron(expression: string, timezone: string | undefined, now: number): number {
  const cron = parse(expression);
  if (timezone !== undefined) return nextInZone(cron, expression, timezone, now);
  try {
    return cron.getNextDate(new Date(now)).getTime();
  } catch (error) {
    throw neverMatches(expression, error);
  }
}

function parse(expression: string): Cron {
  try {
    return parseCronExpression(expression);
  } catch (error) {
    throw new FreeholdError("invalid_schedule", messageOf(error), {
      cause: error,
      help: "Give five fields (minute hour day month weekday), or six with seconds first.",
    });
  }
}

function neverMatches(expression: string, cause?: unknown): FreeholdError {
  const message = cause === undefined ? "No valid next date was found." : messageOf(cause);
  return new FreeholdError("cron_never_matches", message, {
    cause,
    help: `"${expression}" names no day that exists.`,
  });
}

function nextInZone(cron: Cron, expression: string, timezone: string, now: number): number {
  const offsetAt = zoneOffset(timezone);
  // Wall times are written as if they were UTC.
  let wall = now + offsetAt(now);
  // A wall time that is over already (it came twice) is passed over; the second one found is not.
  for (let tries = 0; tries < 3; tries++) {
    const found = nextWall(cron, wall);
    if (found === undefined) break;
    const moment = instantsOf(found, offsetAt).find((instant) => instant > now);
    if (moment !== undefined) return repeatedHour(cron, now, moment, offsetAt) ?? moment;
    wall = found;
  }
  throw neverMatches(expression);
}

/** The first wall time after `wall`. */
function nextWall(cron: Cron, wall: number): number | undefined {
  const from = Math.floor(wall / SECOND) * SECOND + SECOND;
  const firstDay = Math.floor(from / DAY) * DAY;
  for (let n = 0; n <= SEARCHED_DAYS; n++) {
    const day = firstDay + n * DAY;
    if (!isNamed(cron, new Date(day))) continue;
    const time = nextTimeOfDay(cron, Math.max(from, day) - day);
    if (time !== undefined) return day + time;
  }
  return undefined;
}

/** Day of month and weekday: when both are restricted, either is enough. */
function isNamed(cron: Cron, day: Date): boolean {
  if (!cron.months.includes(day.getUTCMonth())) return false;
  const byDay = cron.days.includes(day.getUTCDate());
  const byWeekday = cron.weekdays.includes(day.getUTCDay());
  const either = cron.days.length < 31 && cron.weekdays.length < 7;
  return either ? byDay || byWeekday : byDay && byWeekday;
}

/** Milliseconds into a day, from `from` on. */
function nextTimeOfDay(cron: Cron, from: number): number | undefined {
  for (const hour of cron.hours) {
    if ((hour + 1) * HOUR <= from) continue;
    for (const minute of cron.minutes) {
      for (const second of cron.seconds) {
        const time = hour * HOUR + (minute * 60 + second) * SECOND;
        if (time >= from) return time;
      }
    }
  }
  return undefined;
}

/** The moments at which clocks of the zone show a wall time: two in the hour that comes twice. */
function instantsOf(wall: number, offsetAt: (instant: number) => number): number[] {
  const before = wall - offsetAt(wall - DAY);
  const after = wall - offsetAt(wall + DAY);
  const shown = [before, after].filter((instant) => instant + offsetAt(instant) === wall);
  // A time that is skipped: as far behind the change as it is behind the last time that is shown.
  return shown.length === 0 ? [before] : shown.toSorted((a, b) => a - b);
}

/** Where every hour is named, the hour that comes twice is served twice. */
function repeatedHour(
  cron: Cron,
  now: number,
  next: number,
  offsetAt: (instant: number) => number,
): number | undefined {
  if (cron.hours.length < 24 || offsetAt(next) >= offsetAt(now)) return undefined;
  let [low, high] = [now, next];
  while (high - low > SECOND) {
    const middle = Math.floor((low + high) / 2 / SECOND) * SECOND;
    if (middle <= low) break;
    if (offsetAt(middle) === offsetAt(now)) low = middle;
    else high = middle;
  }
  const offset = offsetAt(next);
  const found = nextWall(cron, high + offset - SECOND);
  if (found === undefined) return undefined;
  const moment = found - offset;
  return moment > now && moment < next ? moment : undefined;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds by which clocks of a zone are ahead of UTC. */
function zoneOffset(timezone: string): (instant: number) => number {
  const format = formatOf(timezone);
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const at = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const shown = Date.UTC(
      ...([at("year"), at("month") - 1, at("day")] as const),
      ...([at("hour"), at("minute"), at("second")] as const),
    );
    return shown - Math.floor(instant / SECOND) * SECOND;
  };
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      ...({ timeZone: timezone, hourCycle: "h23" } as const),
      ...({ year: "numeric", month: "numeric", day: "numeric" } as const),
      ...({ hour: "numeric", minute: "numeric", second: "numeric" } as const),
    });
    formats.set(timezone, format);
    return format;
  } catch (error) {
    throw new FreeholdError("invalid_timezone", `Unknown time zone "${timezone}"`, {
      cause: error,
      help: 'Give a name of the IANA time zone database, such as "Europe/Berlin".',
    });
  }
}
