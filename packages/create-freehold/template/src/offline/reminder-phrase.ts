import { zonedDate } from "./zoned-date.ts";

/** A wish to be reminded, as understood from a sentence; `when` as the tool `scheduleTask` has it. */
export interface ReminderWish {
  readonly text: string;
  readonly when:
    | { readonly type: "delayed"; readonly delayInSeconds: number }
    | { readonly type: "scheduled"; readonly date: string }
    | { readonly type: "cron"; readonly cron: string };
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const WORDS = "a an one two three four five six seven eight nine ten".split(" ");

const NUMBER = `\\d+(?:\\.\\d+)?\\s*|\\b(?:${WORDS.join("|")})\\s+`;
const UNIT = "seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d";
const STEP = `(?:half an hour|(?:${NUMBER})(?:${UNIT})\\b)`;
const DURATION = new RegExp(`\\bin\\s+(${STEP}(?:(?:\\s*,|\\s+and)?\\s*${STEP})*)`, "i");
const CLOCK = "(?:\\s*,?\\s*(?:at\\s+)?(\\d{1,2}):(\\d{2}))";
const REPEATED = new RegExp(
  `\\bevery\\s+(?:(?:(\\d{1,2})\\s+)?(minutes?|hours?)\\b|day\\b${CLOCK}?)`,
  "i",
);
const DATED = new RegExp(
  `\\b(?:on\\s+)?(?:(\\d{4})-(\\d{2})-(\\d{2})|(today|tomorrow))\\b${CLOCK}?|\\bat\\s+(\\d{1,2}):(\\d{2})\\b`,
  "i",
);
const DEFAULT_TEXT = "Time is up.";
const DEFAULT_HOUR = 9;

/**
 * Understands "remind me in 10 seconds to stretch", "remind me tomorrow at 9:00 to call Ada",
 * "remind me every day at 18:30 to write" and the like.
 *
 * Returns `"when?"` for a wish that names no time, and `undefined` for any other sentence.
 */
export function parseReminder(
  sentence: string,
  now: Date,
  timeZone: string,
): ReminderWish | "when?" | undefined {
  if (!/\bremind me\b/i.test(sentence)) return undefined;
  const read: readonly (readonly [RegExp, (match: RegExpExecArray) => ReminderWish["when"]])[] = [
    [DURATION, ([, words = ""]) => ({ type: "delayed", delayInSeconds: secondsIn(words) })],
    [REPEATED, (match) => ({ type: "cron", cron: cronOf(match, now, timeZone) })],
    [DATED, (match) => ({ type: "scheduled", date: dateOf(match, now, timeZone) })],
  ];
  for (const [pattern, toWhen] of read) {
    const match = pattern.exec(sentence);
    if (match) return { when: toWhen(match), text: subjectOf(sentence.replace(match[0], " ")) };
  }
  return "when?";
}

function secondsIn(duration: string): number {
  const plain = duration.toLowerCase().replace(/half an hour/g, "30m");
  const step = new RegExp(`(${NUMBER})(${UNIT})\\b`, "g");
  const parts = [...plain.matchAll(step)].map(
    ([, count = "", unit = ""]) => numberOf(count.trim()) * (UNITS[unit.charAt(0)] ?? 0),
  );
  return Math.round(parts.reduce((sum, part) => sum + part, 0));
}

function numberOf(word: string): number {
  const place = WORDS.indexOf(word);
  if (place === -1) return Number(word);
  return Math.max(1, place - 1);
}

function cronOf(match: RegExpExecArray, now: Date, timeZone: string): string {
  const [, count = "1", unit, hour = `${DEFAULT_HOUR}`, minute = "0"] = match;
  if (unit?.toLowerCase().startsWith("minute")) return `*/${count} * * * *`;
  if (unit) return `0 */${count} * * *`;
  const at = zonedDate(now, { days: 0, hour: Number(hour), minute: Number(minute) }, timeZone);
  return `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
}

function dateOf(match: RegExpExecArray, now: Date, timeZone: string): string {
  const [, year, month, day, word, hour = match[7], minute = match[8]] = match;
  const time = { hour: Number(hour ?? DEFAULT_HOUR), minute: Number(minute ?? 0) };
  if (year) {
    const date = { year: Number(year), month: Number(month), day: Number(day) };
    return zonedDate(now, { date, ...time }, timeZone).toISOString();
  }
  const days = word?.toLowerCase() === "tomorrow" ? 1 : 0;
  const then = zonedDate(now, { days, ...time }, timeZone);
  const isPast = then.getTime() <= now.getTime();
  const found = isPast && !word ? zonedDate(now, { days: 1, ...time }, timeZone) : then;
  return found.toISOString();
}

/** What is left when "remind me" and its small words are gone. */
function subjectOf(rest: string): string {
  const subject = rest
    .replace(/^.*?\bremind me\b/is, "")
    .replace(/\bplease\b/gi, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^(?:to|that|about|of)\b\s*/i, "")
    .replace(/^[\s,.:;!?-]+|[\s,.:;!?-]+$/g, "");
  return subject === "" ? DEFAULT_TEXT : subject.charAt(0).toUpperCase() + subject.slice(1);
}
