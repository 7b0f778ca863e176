import type { ChatInput, ChatMessage, ChatTool } from "../tasks/chat-input.ts";
import { type ChatPart, usageOf } from "../tasks/chat-output.ts";
import { embedOffline, isCommonWord, likeness, wordsOf } from "./features.ts";
import { filledIn, jsonFor } from "./fill.ts";

const DIMENSIONS = 512;
/** How alike a sentence and a question are, at least, for the one to answer the other. */
const ALIKE = 0.18;
const MOST_SENTENCES = 3;
/** Of a name's and a description's words, this share must be in what was asked. */
const TOOL_SHARE = 0.34;
const SHOWN = 600;

/**
 * A chat model without a model: rules, for work without a network. It says what it is, calls a tool that
 * is plainly asked for, tells what a tool answered, fills in JSON, and answers questions about texts that
 * it was given with sentences out of them.
 */
export async function* offlineChat(input: ChatInput): AsyncGenerator<ChatPart> {
  const said = replyTo(input);
  const prompt = input.messages.map(({ text }) => text).join("\n");
  if ("tool" in said) {
    yield { kind: "call", call: { id: `call_${countOf(prompt)}`, ...said.tool } };
    yield { kind: "end", finish: "tool_calls", usage: usageOf(tokensOf(prompt), 10) };
    return;
  }
  // Word by word, as models speak.
  for (const text of said.text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) yield { kind: "text", text };
  const usage = usageOf(tokensOf(prompt), tokensOf(said.text));
  yield { kind: "end", finish: "stop", usage };
}

type Reply =
  | { readonly text: string }
  | { readonly tool: { readonly name: string; readonly arguments: unknown } };

function replyTo({ messages, tools, toolChoice, json }: ChatInput): Reply {
  const last = messages.at(-1);
  const asked = lastAsked(messages);
  if (last?.role === "tool") return { text: toldOf(messages) };
  if (json !== undefined) return { text: JSON.stringify(jsonFor(json, asked)) };
  const tool = toolChoice === "none" ? undefined : chosenTool(tools, toolChoice, asked);
  if (tool !== undefined) return { tool };
  const found = foundIn(messages, asked);
  if (found !== undefined) return { text: found };
  return { text: introduction(asked) };
}

function introduction(asked: string): string {
  const quoted = asked.trim().slice(0, SHOWN);
  const heard = quoted === "" ? "" : ` You said: “${quoted}”.`;
  return (
    `This is Freehold's offline model: rules, no language model.${heard} ` +
    "Set OPENAI_API_KEY, ANTHROPIC_API_KEY, GOOGLE_GENERATIVE_AI_API_KEY, OLLAMA_HOST or " +
    "OPENAI_BASE_URL to talk to a real one."
  );
}

function toldOf(messages: readonly ChatMessage[]): string {
  const at = messages.findLastIndex(({ role }) => role !== "tool");
  const results = messages.slice(at + 1);
  return results
    .map((result) => {
      const name = result.role === "tool" ? result.name : "tool";
      return `${name} answered: ${result.text.trim().slice(0, SHOWN)}`;
    })
    .join("\n");
}

function chosenTool(
  tools: readonly ChatTool[],
  choice: ChatInput["toolChoice"],
  asked: string,
): { name: string; arguments: unknown } | undefined {
  const isForced = choice === "required" || typeof choice === "object";
  const among =
    typeof choice === "object" ? tools.filter(({ name }) => name === choice.name) : tools;
  const ranked = among
    .map((tool) => ({ tool, share: shareOf(tool, asked) }))
    .sort((a, b) => b.share - a.share);
  const [best] = ranked;
  if (best === undefined || (!isForced && best.share < TOOL_SHARE)) return undefined;
  const input = filledIn(best.tool.parameters, asked, isForced);
  return input === undefined ? undefined : { name: best.tool.name, arguments: input };
}

/** How much of a tool's name was said; its description decides between equals. */
function shareOf({ name, description }: ChatTool, asked: string): number {
  const said = new Set(wordsOf(asked).map(stem));
  const share = (text: string) => {
    const words = wordsOf(text.replace(/([a-z])([A-Z])/g, "$1 $2"))
      .filter((word) => !isCommonWord(word))
      .map(stem);
    return words.length === 0 ? 0 : words.filter((word) => said.has(word)).length / words.length;
  };
  return share(name) + share(description) / 10;
}

function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/, "") : word;
}

/**
 * Sentences that answer a question, out of everything that was said before it. A passage that begins
 * with `[1]` is cited so.
 */
function foundIn(messages: readonly ChatMessage[], asked: string): string | undefined {
  const question = embedOffline(asked, DIMENSIONS);
  const sources = messages
    .filter((message) => message.role !== "assistant")
    .flatMap(({ text }) => passagesOf(text === asked ? withoutQuestion(text) : text));
  const sentences = sources.flatMap(({ mark, text }) =>
    sentencesOf(text).map((sentence) => ({
      mark,
      sentence,
      score: likeness(question, embedOffline(sentence, DIMENSIONS)),
    })),
  );
  const best = sentences
    .filter(({ score }) => score >= ALIKE)
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_SENTENCES);
  const [first] = best;
  if (first === undefined) return undefined;
  return best
    .filter(({ score }) => score >= first.score / 2)
    .map(({ mark, sentence }) => (mark === undefined ? sentence : `${sentence} ${mark}`))
    .join(" ");
}

/** A prompt that brings its own texts ends with the question. */
function withoutQuestion(text: string): string {
  const at = text.trimEnd().lastIndexOf("\n");
  return at < 0 ? "" : text.slice(0, at);
}

function passagesOf(text: string): { mark: string | undefined; text: string }[] {
  return text.split(/\n(?=\s*\[\d+\])|\n{2,}/).map((passage) => {
    const [whole = "", mark] = /^\s*(\[\d+\])\s*/.exec(passage) ?? [];
    return { mark, text: passage.slice(whole.length) };
  });
}

/** Instructions are no answers, and neither are questions and headings. */
function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.replace(/^[#>*\-\s]+/, "").trim())
    .filter((sentence) => wordsOf(sentence).length >= 4 && !/[?:]$/.test(sentence))
    .filter((sentence) => !/^(?:you are|answer|use|do not|cite|be )\b/i.test(sentence));
}

function lastAsked(messages: readonly ChatMessage[]): string {
  return messages.findLast(({ role }) => role === "user")?.text ?? "";
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Not a secret, and the same for the same conversation: a test sees the same twice. */
function countOf(text: string): string {
  return `${text.length.toString(36)}${wordsOf(text).length.toString(36)}`;
}
