/** A wish to be reminded, as understood from a sentence. */
export interface ReminderWish {
  readonly seconds: number;
  readonly text: string;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const WORDS = "a an one two three four five six seven eight nine ten".split(" ");

const NUMBER = `\\d+(?:\\.\\d+)?\\s*|\\b(?:${WORDS.join("|")})\\s+`;
const UNIT = "seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d";
const STEP = `(?:half an hour|(?:${NUMBER})(?:${UNIT})\\b)`;
const DURATION = new RegExp(`\\bin\\s+(${STEP}(?:(?:\\s*,|\\s+and)?\\s*${STEP})*)`, "i");
const DEFAULT_TEXT = "Time is up.";

/**
 * Understands "remind me in 10 seconds to stretch", "remind me to call Ada in 1h 30m" and the like.
 *
 * Returns `"when?"` for a wish that names no time, and `undefined` for any other sentence.
 */
export function parseReminder(sentence: string): ReminderWish | "when?" | undefined {
  if (!/\bremind me\b/i.test(sentence)) return undefined;
  const duration = DURATION.exec(sentence);
  if (!duration?.[1]) return "when?";
  return { seconds: secondsIn(duration[1]), text: subjectOf(sentence.replace(duration[0], " ")) };
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
