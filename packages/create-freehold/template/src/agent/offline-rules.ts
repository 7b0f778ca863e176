import { type AgentState, type Reminder, type Tone, tones } from "../protocol.ts";
import { parseReminder } from "./reminder-phrase.ts";

/** What a rule knows besides the sentence it answers. */
export interface Situation {
  readonly state: AgentState;
  readonly reminders: readonly Reminder[];
  readonly now: Date;
  /** As in "Europe/Berlin". */
  readonly timeZone: string;
}

/** An answer, and the tool to call before giving it. */
export interface Reply {
  readonly text: string;
  readonly call?: { readonly tool: string; readonly input: object };
}

type Rule = (sentence: string, situation: Situation) => Reply | undefined;

/** The first rule that knows an answer gives it; the last one always does. */
export function reply(sentence: string, situation: Situation): Reply {
  const trimmed = sentence.trim();
  for (const rule of RULES) {
    const answer = rule(trimmed, situation);
    if (answer) return answer;
  }
  return echo(trimmed, situation);
}

const setReminder: Rule = (sentence, { state }) => {
  const wish = parseReminder(sentence);
  if (!wish) return;
  if (wish === "when?") {
    return { text: "In how long? Say it like this: *remind me in 10 minutes to stretch*." };
  }
  const span = spoken(wish.seconds);
  const text = inTone(state.tone, {
    plain: `I will remind you in ${span}: ${wish.text}`,
    warm: `Gladly. In ${span} I will remind you: ${wish.text}`,
    brief: `In ${span}.`,
  });
  return { text, call: { tool: "setReminder", input: wish } };
};

const listReminders: Rule = (sentence, { reminders, now }) => {
  if (!/\b(?:which|what|list|show|any)\b.*\breminders?\b/i.test(sentence)) return;
  if (reminders.length === 0) return { text: "No reminders are waiting." };
  const lines = reminders.map(({ text, dueAt }) => {
    const seconds = Math.max(0, Math.round((dueAt - now.getTime()) / 1000));
    return `- ${text} (in ${spoken(seconds)})`;
  });
  return { text: `These are waiting:\n\n${lines.join("\n")}` };
};

const rename: Rule = (sentence) => {
  const name =
    /\b(?:call yourself|rename yourself(?: to)?|your (?:new )?name is|change your name to)\s+["“']?([^"”'.!?\n]{1,40})/i.exec(
      sentence,
    )?.[1];
  if (!name?.trim()) return;
  return {
    text: `Done. From now on I am ${name.trim()}, in every open tab.`,
    call: { tool: "changeProfile", input: { name: name.trim() } },
  };
};

const changeTone: Rule = (sentence) => {
  const word = /\b(?:be|sound|speak|use an?|tone)\b.*?\b(plain|warm|brief)(?:er|ly)?\b/i.exec(
    sentence,
  )?.[1];
  const tone = tones.find((known) => known === word?.toLowerCase());
  if (!tone) return;
  const text = inTone(tone, {
    plain: "I will keep it plain.",
    warm: "With pleasure. I will be a little warmer from here on.",
    brief: "Brief it is.",
  });
  return { text, call: { tool: "changeProfile", input: { tone } } };
};

const addNote: Rule = (sentence) => {
  const note =
    /^(?:please )?(?:(?:take a |make a )?note|remember)(?: that| to)?[\s:,]+(.+)$/is.exec(
      sentence,
    )?.[1];
  if (!note) return;
  return { text: "Noted.", call: { tool: "addNote", input: { note: note.trim() } } };
};

const readNotes: Rule = (sentence, { state }) => {
  if (!/\b(?:your|my|the|any) notes?\b|\bdo you remember\b/i.test(sentence)) return;
  const notes = state.notes.split("\n").filter((line) => line.trim() !== "");
  if (notes.length === 0) return { text: "My notes are empty. Say *note: buy milk* to add one." };
  return { text: `My notes say:\n\n${notes.map((line) => `- ${line}`).join("\n")}` };
};

const tellTime: Rule = (sentence, { now, timeZone }) => {
  const wantsDate = /\bwhat(?:'s| is)?\b.*\b(?:date|day)\b/i.test(sentence);
  const wantsTime = /\bwhat time\b|\bthe time\b|\bclock\b/i.test(sentence);
  if (!wantsDate && !wantsTime) return;
  const day = format(now, timeZone, { weekday: "long", day: "numeric", month: "long" });
  const time = format(now, timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return { text: wantsTime ? `It is ${time} on ${day} (${timeZone}).` : `It is ${day}.` };
};

const help: Rule = (sentence, { state }) => {
  if (!/\b(?:help|who are you|what are you|what can you do)\b/i.test(sentence)) return;
  return {
    text: [
      `I am ${nameOf(state)}, and my words come from a handful of rules, not from a language model. What I know:`,
      "- the **time**: *what time is it?*\n- **reminders**: *remind me in 10 seconds to stretch*\n- **notes**: *note: buy milk*, *what are your notes?*\n- my **name** and **tone**: *call yourself Robin*, *be brief*",
      "Anything else I repeat back to you. Put an API key in `.dev.vars` to give me a real model.",
    ].join("\n\n"),
  };
};

const greet: Rule = (sentence, { state }) => {
  if (!/^(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings)\b/i.test(sentence))
    return;
  const text = inTone(state.tone, {
    plain: `Hello. I am ${nameOf(state)}. Ask me for the time, for a reminder, or for help.`,
    warm: `Hello, how good to hear from you. I am ${nameOf(state)}: ask me for the time, a reminder, or a little help.`,
    brief: `Hello. ${nameOf(state)} here.`,
  });
  return { text };
};

const thank: Rule = (sentence, { state }) => {
  if (!/\b(?:thanks|thank you|cheers)\b/i.test(sentence)) return;
  return {
    text: inTone(state.tone, {
      plain: "You are welcome.",
      warm: "You are very welcome. Any time.",
      brief: "Sure.",
    }),
  };
};

const echo = (sentence: string, { state }: Situation): Reply => {
  if (sentence === "") return { text: "I heard nothing. Try *help*." };
  const quoted = sentence.replace(/\s+/g, " ");
  return {
    text: inTone(state.tone, {
      plain: `You said: “${quoted}”\n\nI follow rules and know no answer to that; ask for *help* to see what I know.`,
      warm: `You said: “${quoted}”\n\nI wish I had an answer, but I only follow a few rules; ask for *help* to see them.`,
      brief: `“${quoted}”? No rule for that.`,
    }),
  };
};

const RULES: readonly Rule[] = [
  setReminder,
  listReminders,
  rename,
  changeTone,
  addNote,
  readNotes,
  tellTime,
  help,
  greet,
  thank,
];

function inTone(tone: Tone, variants: Readonly<Record<Tone, string>>): string {
  return variants[tone];
}

function nameOf(state: AgentState): string {
  return state.name.trim() || "your agent";
}

function format(date: Date, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone }).format(date);
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
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.join(" ") || "no time";
}
