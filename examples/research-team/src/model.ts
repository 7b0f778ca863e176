import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { type LanguageModel, streamText } from "ai";
import { offlineModel } from "./offline-model.ts";

/** From `.dev.vars`. */
export interface ModelSettings {
  OPENAI_API_KEY?: string;
  OPENAI_BASE_URL?: string;
  OPENAI_MODEL?: string;
}

/** What the model is to do. */
export type Duty = keyof typeof INSTRUCTIONS;

const INSTRUCTIONS = {
  plan: "You lead a team of three researchers. Split the question into three that can be looked into separately. Write the three questions, one a line, and nothing else.",
  research:
    "You are a researcher. Say what is known about the question, what is disputed, and how sure you are, in at most 150 words.",
  write:
    "You lead a team of researchers. The question comes first, then their notes. Answer the question from the notes, in at most 200 words; where they disagree or do not suffice, say so.",
} as const;

interface SayOptions {
  readonly signal: AbortSignal;
  /** Gets each piece of the text as it comes. */
  readonly onText?: (text: string) => void;
}

/** Lets the model speak and returns all that it said. */
export async function say(
  settings: ModelSettings,
  duty: Duty,
  prompt: string,
  { signal, onText }: SayOptions,
): Promise<string> {
  const { stream } = streamText({
    model: chooseModel(settings, duty),
    instructions: INSTRUCTIONS[duty],
    prompt,
    abortSignal: signal,
    maxRetries: 0, // the task tries again
  });
  let said = "";
  for await (const part of stream) {
    if (part.type === "error") throw part.error;
    if (part.type !== "text-delta") continue;
    said += part.text;
    onText?.(part.text);
  }
  signal.throwIfAborted();
  return said;
}

/** With an API key a language model speaks; without one, a few fixed sentences. */
function chooseModel(settings: ModelSettings, duty: Duty): LanguageModel {
  if (!settings.OPENAI_API_KEY) return offlineModel(duty);
  const endpoint = createOpenAICompatible({
    name: "endpoint",
    baseURL: settings.OPENAI_BASE_URL || "https://api.openai.com/v1",
    apiKey: settings.OPENAI_API_KEY,
  });
  return endpoint(settings.OPENAI_MODEL || "gpt-5-mini");
}
