import type { IncomingHttpHeaders } from "node:http";

/** What a model says or does next. A text alone is one delta of its answer. */
export type Step =
  | string
  | { readonly text: string }
  | { readonly reasoning: string }
  /** A call of a tool; its input is sent as JSON, in pieces. */
  | { readonly tool: string; readonly input: unknown; readonly id?: string }
  /** Says nothing for so many milliseconds. */
  | { readonly wait: number }
  /** Says nothing until the test lets it: a place at which to kill or to look. */
  | { readonly until: Promise<unknown> }
  /** Ends the answer with an error in the middle of the stream. */
  | { readonly fail: string }
  /** Bytes that no model sends. */
  | { readonly raw: string }
  /** Breaks the connection off. */
  | { readonly cut: true };

/** Which requests a turn answers: a part of the last thing the user said, or a condition. */
export type Matcher = string | RegExp | ((request: ModelRequest) => boolean);

/** One answer of the model. */
export interface Turn {
  /** Default: the next request that comes. */
  readonly when?: Matcher;
  /** How many requests it answers. Default 1. */
  readonly times?: number;
  /** What it says, or what makes that of the request. */
  readonly steps?: readonly Step[] | ((request: ModelRequest) => readonly Step[]);
  /** Default: `tool-calls` when a tool is called, else `stop`. `none`: the stream ends without. */
  readonly finish?: Finish | "none";
  /** In tokens. Default 10 in, 5 out. */
  readonly usage?: Usage;
  /** Answers with this status and an error instead; `message` goes along. */
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the answer in pieces of so many bytes, wherever those cut it. Default: an event a piece. */
  readonly pieces?: number;
}

export type Finish = "stop" | "length" | "tool-calls" | "content-filter";

export interface Usage {
  readonly input: number;
  readonly output: number;
}

/** A turn, its steps, or its whole text. */
export type ScriptEntry = Turn | readonly Step[] | string;

/** A message of the conversation, whatever the format. */
export interface ModelMessage {
  readonly role: "user" | "assistant" | "tool";
  readonly text: string;
  readonly calls: readonly {
    readonly id: string;
    readonly name: string;
    readonly input: unknown;
  }[];
  readonly results: readonly { readonly id: string; readonly text: string }[];
}

/** A request that came in. */
export interface ModelRequest {
  /** From 1. */
  readonly number: number;
  readonly format: "openai" | "openai-responses" | "anthropic" | "google";
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  /** The last thing that the user said. */
  readonly prompt: string;
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  readonly isStream: boolean;
  /** How the answer ended: sent as a whole, or given up because the client went away. */
  readonly ended: Promise<"sent" | "abandoned">;
}

/** What of a request its format reads. */
export type Conversation = Pick<
  ModelRequest,
  "model" | "system" | "messages" | "tools" | "isStream"
>;

/** What an answer holds besides waiting and breaking. */
export type Content =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reasoning"; readonly text: string }
  | { readonly kind: "tool"; readonly id: string; readonly name: string; readonly json: string };

/** An entry of a script in full. */
export function turnOf(entry: ScriptEntry): Turn {
  if (typeof entry === "string") return { steps: [entry] };
  return Array.isArray(entry) ? { steps: entry as readonly Step[] } : (entry as Turn);
}

/** A turn whose steps are known. */
export interface KnownTurn extends Turn {
  readonly steps: readonly Step[];
}

/** What a turn says to a request. */
export function knownTurn(turn: Turn, request: ModelRequest): KnownTurn {
  const { steps = [] } = turn;
  return { ...turn, steps: typeof steps === "function" ? steps(request) : steps };
}

/** Whether a turn answers a request. */
export function answers({ when }: Turn, request: ModelRequest): boolean {
  if (when === undefined) return true;
  if (typeof when === "function") return when(request);
  return typeof when === "string" ? request.prompt.includes(when) : when.test(request.prompt);
}

/** What a step adds to the answer; undefined for one that only waits or breaks. */
export function contentOf(step: Step, id: () => string): Content | undefined {
  if (typeof step === "string") return { kind: "text", text: step };
  if ("text" in step) return { kind: "text", text: step.text };
  if ("reasoning" in step) return { kind: "reasoning", text: step.reasoning };
  if (!("tool" in step)) return undefined;
  const json = JSON.stringify(step.input);
  return { kind: "tool", id: step.id ?? id(), name: step.tool, json };
}

/** Why a turn ends. */
export function finishOf({ finish, steps }: KnownTurn): Finish | "none" {
  const calls = steps.some((step) => typeof step === "object" && "tool" in step);
  return finish ?? (calls ? "tool-calls" : "stop");
}

/** A text in pieces, so that its reader has to put it together. */
export function slices(text: string, length = 7): string[] {
  return text.match(new RegExp(`[^]{1,${length}}`, "g")) ?? [];
}

/** What is wrong with the calls of tools in a conversation, which providers refuse. */
export function callProblems(messages: readonly ModelMessage[]): string[] {
  const problems: string[] = [];
  let open = new Set<string>();
  for (const { calls, results, role } of messages) {
    for (const { id } of results) {
      if (!open.delete(id)) problems.push(`a result answers no call: ${id}`);
    }
    if (open.size > 0 && role !== "tool") problems.push(`calls without result: ${[...open]}`);
    if (role !== "tool") open = new Set(calls.map(({ id }) => id));
  }
  if (open.size > 0) problems.push(`calls without result: ${[...open]}`);
  return problems;
}
