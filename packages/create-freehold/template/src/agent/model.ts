import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModel } from "ai";
import type { AgentState, ModelInfo } from "../protocol.ts";
import type { Env } from "./env.ts";
import { offlineModel } from "./offline-model.ts";
import type { Situation } from "./offline-rules.ts";

const DEFAULT_URL = "https://api.openai.com/v1";
const DEFAULT_MODEL = "gpt-5-mini";

/** With an API key a language model speaks; without one, the built-in rules. */
export function chooseModel(env: Env, situation: Situation): LanguageModel {
  if (!env.OPENAI_API_KEY) return offlineModel(situation);
  const endpoint = createOpenAICompatible({
    name: "endpoint",
    baseURL: env.OPENAI_BASE_URL || DEFAULT_URL,
    apiKey: env.OPENAI_API_KEY,
  });
  return endpoint(env.OPENAI_MODEL || DEFAULT_MODEL);
}

export function describeModel(env: Env): ModelInfo {
  if (!env.OPENAI_API_KEY) return { kind: "offline", name: "Built-in offline model" };
  return { kind: "endpoint", name: env.OPENAI_MODEL || DEFAULT_MODEL };
}

const TONES: Readonly<Record<AgentState["tone"], string>> = {
  plain: "Write plainly and to the point.",
  warm: "Write warmly and kindly.",
  brief: "Answer in as few words as will do.",
};

/** What a language model is told before the conversation. */
export function instructions({ state, now, timeZone }: Situation): string {
  return [
    `You are ${state.name || "an assistant"}, a personal agent that keeps notes and sets reminders.`,
    TONES[state.tone],
    `It is ${now.toISOString()}; the person's time zone is ${timeZone}.`,
    "To set, list or cancel reminders, to take a note, or to change your own name or tone, call the tools; never claim to have done so without calling one.",
    state.notes ? `Your notes:\n${state.notes}` : "Your notes are empty.",
  ].join("\n\n");
}
