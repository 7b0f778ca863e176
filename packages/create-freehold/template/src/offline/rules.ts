import { calculation, primeNumber } from "./arithmetic.ts";
import { parseReminder, type ReminderWish } from "./reminder-phrase.ts";
import { countTo, formatting, help } from "./set-pieces.ts";

/** What a rule knows besides the sentence it answers. */
export interface Situation {
  readonly now: Date;
  /** As in "Europe/Berlin". */
  readonly timeZone: string;
}

/** What was said, and the pictures that came with it. */
export interface Question extends Situation {
  readonly text: string;
  readonly files: readonly { readonly mediaType: string; readonly bytes: number }[];
}

/** An answer: thoughts first, then a tool, then words, which may depend on what the tool gave. */
export interface Reply {
  readonly reasoning?: string;
  readonly call?: { readonly tool: string; readonly input: object };
  readonly text: string | ((output: unknown) => string);
}

export type Rule = (question: Question) => Reply | undefined;

/** The first rule that knows an answer gives it; the last one always does. */
export function reply(question: Question): Reply {
  const trimmed = { ...question, text: question.text.trim() };
  for (const rule of RULES) {
    const answer = rule(trimmed);
    if (answer) return answer;
  }
  return echo(trimmed);
}

const picture: Rule = ({ files }) => {
  if (files.length === 0) return;
  const list = files.map(({ mediaType, bytes }) => `- ${mediaType}, ${size(bytes)}`).join("\n");
  const what = files.length === 1 ? "a picture" : `${files.length} pictures`;
  return {
    text: `I got ${what}:\n\n${list}\n\nRules cannot see; with a language model I could tell you what is on it.`,
  };
};

const schedule: Rule = ({ text, now, timeZone }) => {
  const wish = parseReminder(text, now, timeZone);
  if (!wish) return;
  if (wish === "when?") {
    return {
      text: "When? Say it like this: *remind me in 10 minutes to stretch*, *tomorrow at 9:00*, or *every day at 18:30*.",
    };
  }
  return {
    call: { tool: "scheduleTask", input: { description: wish.text, when: wish.when } },
    text: `I will remind you ${whenInWords(wish, timeZone)}: ${wish.text}`,
  };
};

const listTasks: Rule = ({ text, timeZone }) => {
  if (!/\b(?:which|what|list|show|any)\b.*\b(?:reminders?|tasks?|scheduled?)\b/i.test(text)) return;
  return {
    call: { tool: "getScheduledTasks", input: {} },
    text: (output) => {
      const tasks = (Array.isArray(output) ? output : []) as { text: string; dueAt: number }[];
      if (tasks.length === 0) return "Nothing is scheduled.";
      const lines = tasks.map(
        ({ text, dueAt }) => `- ${text} (${moment(new Date(dueAt), timeZone)})`,
      );
      return `These are waiting:\n\n${lines.join("\n")}`;
    },
  };
};

const weather: Rule = ({ text }) => {
  if (!/\bweather\b/i.test(text)) return;
  const city = /\b(?:in|at|for)\s+(\p{L}[\p{L} .'-]*)/u.exec(text)?.[1]?.trim();
  if (!city) return { text: "Where? Ask like this: *what is the weather in Lisbon?*" };
  return {
    call: { tool: "getWeather", input: { city } },
    text: (output) => {
      const { sky, celsius } = output as { sky: string; celsius: number };
      return `In **${city}** it is ${sky}, ${celsius} °C. (Made-up figures: see \`src/agent/weather.ts\`.)`;
    },
  };
};

const timeZoneOf: Rule = ({ text }) => {
  if (!/\btime ?zone\b|\bwhat time\b|\bthe time\b|\bwhat day\b|\bdate today\b/i.test(text)) return;
  return {
    call: { tool: "getUserTimezone", input: {} },
    text: (output) => {
      const { timeZone, localTime } = output as { timeZone: string; localTime: string };
      return `Your browser says that it is ${localTime}, in the time zone **${timeZone}**.`;
    },
  };
};

const greet: Rule = ({ text }) => {
  if (!/^(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings)\b/i.test(text)) return;
  return { text: "Hello. Ask me for the weather, a reminder or a calculation, or for *help*." };
};

const thank: Rule = ({ text }) =>
  /\b(?:thanks|thank you|cheers)\b/i.test(text) ? { text: "You are welcome." } : undefined;

const echo = ({ text }: Question): Reply => {
  if (text === "") return { text: "I heard nothing. Try *help*." };
  return {
    text: `You said: “${text.replace(/\s+/g, " ")}”\n\nI follow rules and know no answer to that. Ask for *help* to see what I know, or let a language model speak: one line in \`.dev.vars\`.`,
  };
};

const RULES: readonly Rule[] = [
  picture,
  schedule,
  listTasks,
  weather,
  timeZoneOf,
  primeNumber,
  calculation,
  formatting,
  countTo,
  help,
  greet,
  thank,
];

function whenInWords({ when }: ReminderWish, timeZone: string): string {
  if (when.type === "delayed") return `in ${spoken(when.delayInSeconds)}`;
  if (when.type === "cron") return `again and again (\`${when.cron}\`, in UTC)`;
  return `on ${moment(new Date(when.date), timeZone)}`;
}

function moment(date: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    ...(date.getSeconds() === 0 ? {} : { second: "2-digit" }),
  }).format(date);
}

/** `5400` is "1 hour 30 minutes". */
function spoken(seconds: number): string {
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ] as const;
  let rest = seconds;
  const parts: string[] = [];
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.join(" ") || "no time";
}

function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`;
}
