const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `in 1:05`, `in 23 h 2 min`, `in 3 days`, `now`: what is left until then. */
export function countdown(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds <= 0) return "now";
  if (seconds < HOUR) {
    return `in ${Math.floor(seconds / MINUTE)}:${`${seconds % MINUTE}`.padStart(2, "0")}`;
  }
  if (seconds >= 2 * DAY) return `in ${Math.floor(seconds / DAY)} days`;
  const minutes = Math.floor(seconds / MINUTE) % 60;
  return `in ${Math.floor(seconds / HOUR)} h${minutes > 0 ? ` ${minutes} min` : ""}`;
}

/** `14:02`, in the reader's own way of writing it. */
export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

/** `Fri 27 Nov, 14:02`, in the reader's own way of writing it. */
export function dateAndTime(at: number): string {
  return new Date(at).toLocaleString(undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** "Today", "Yesterday", or the date. */
export function dayOf(at: number, now: number): string {
  const day = startOfDay(at);
  if (day === startOfDay(now)) return "Today";
  const yesterday = new Date(startOfDay(now));
  yesterday.setDate(yesterday.getDate() - 1);
  if (day === yesterday.getTime()) return "Yesterday";
  return new Date(at).toLocaleDateString(undefined, {
    weekday: "long",
    day: "numeric",
    month: "long",
  });
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** Markdown to be heard: the words without the marks around them. */
export function withoutMarks(markdown: string): string {
  return markdown
    .replace(/^[ \t]*(?:```.*|\|?(?:[ \t]*:?-{2,}:?[ \t]*\|?)+)$/gm, "")
    .replace(/^[ \t]*(?:#{1,6}|>|[-*+])[ \t]+/gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|~~|`)(.+?)\1/g, "$2")
    .replace(/(^|\s)([*_])(\S(?:.*?\S)?)\2(?=\W|$)/gm, "$1$3")
    .replace(/[ \t]*\|[ \t]*/g, ", ")
    .replace(/^, |, $/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trim();
}
