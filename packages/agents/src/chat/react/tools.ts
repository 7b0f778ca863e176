/**
 * Tools that the page runs, and how parts of tool calls are read.
 *
 * @module
 */

import type { JSONSchema7, Tool, UIMessage } from "ai";
import type { ClientToolSchema } from "../types.ts";

/** @deprecated Use `JSONSchema7` of `ai`. */
export type JSONSchemaType = JSONSchema7;

/**
 * A tool that the page brings along, for an agent that learns of its tools at run time. Tools that are
 * known when the agent is written belong there, without `execute`, and are answered in `onToolCall`.
 */
export type AITool<Input = unknown, Output = unknown> = {
  /** What the tool does, for the model. */
  description?: Tool["description"];
  /** JSON Schema of the input. */
  parameters?: JSONSchema7;
  /** @deprecated Use `parameters`. */
  inputSchema?: JSONSchema7;
  /** Runs the tool here. Only tools that have it are told to the agent. */
  execute?: (input: Input) => Output | Promise<Output>;
};

type Tools = Record<string, AITool<unknown, unknown>>;
type Part = UIMessage["parts"][number];

/**
 * What the agent is told of the page's tools, or undefined where there is nothing to tell.
 *
 * @example
 * ```ts
 * extractClientToolSchemas({ now: { description: "The time", execute: () => Date.now() } });
 * // [{ name: "now", description: "The time" }]
 * ```
 */
export function extractClientToolSchemas(tools?: Tools): ClientToolSchema[] | undefined {
  const schemas = Object.entries(tools ?? {}).flatMap(([name, tool]): ClientToolSchema[] => {
    if (!tool.execute) return [];
    const parameters = tool.parameters ?? tool.inputSchema;
    const { description } = tool;
    return [
      {
        name,
        ...(description === undefined ? {} : { description }),
        ...(parameters === undefined ? {} : { parameters }),
      },
    ];
  });
  return schemas.length > 0 ? schemas : undefined;
}

/**
 * The tools that wait for the person: those without `execute`.
 *
 * @deprecated Use `needsApproval` on the server's tools.
 */
export function detectToolsRequiringConfirmation(tools?: Tools): string[] {
  warnOnce(
    "detectToolsRequiringConfirmation",
    "Use `needsApproval` on the server's tools instead.",
  );
  return Object.entries(tools ?? {}).flatMap(([name, { execute }]) => (execute ? [] : [name]));
}

const warned = new Set<string>();

/** Says once that something is deprecated. */
export function warnOnce(what: string, instead: string): void {
  if (warned.has(what)) return;
  warned.add(what);
  console.warn(`[agents/chat] Deprecated: ${what}. ${instead}`);
}

/** What a tool's part shows, for a user interface. */
export type ToolPartState =
  | "loading"
  | "streaming"
  | "waiting-approval"
  | "approved"
  | "complete"
  | "error"
  | "denied";

const STATES: Readonly<Record<string, ToolPartState>> = {
  "input-streaming": "streaming",
  "approval-requested": "waiting-approval",
  "approval-responded": "approved",
  "output-available": "complete",
  "output-error": "error",
  "output-denied": "denied",
};

/**
 * The state of a tool's part in a word that a user interface can switch on.
 *
 * @example
 * ```tsx
 * if (isToolUIPart(part) && getToolPartState(part) === "waiting-approval") return <Approve />;
 * ```
 */
export function getToolPartState(part: Part): ToolPartState {
  return STATES[String(Reflect.get(part, "state"))] ?? "loading";
}

/** The id of a tool call. */
export function getToolCallId(part: Part): string {
  return Reflect.get(part, "toolCallId") as string;
}

/** The input of a tool call; undefined while it is not known. */
export function getToolInput(part: Part): unknown | undefined {
  return Reflect.get(part, "input");
}

/** The output of a tool call; undefined while there is none. */
export function getToolOutput(part: Part): unknown | undefined {
  return Reflect.get(part, "output");
}

/** What is to be, or was, approved; undefined where nothing is asked. */
export function getToolApproval(part: Part): { id: string; approved?: boolean } | undefined {
  return Reflect.get(part, "approval") as { id: string; approved?: boolean } | undefined;
}

/** A part of a tool call, as it is stored. */
export interface ToolPart {
  readonly type: string;
  readonly toolCallId: string;
  readonly toolName?: string;
  readonly state?: string;
  readonly input?: unknown;
  readonly providerExecuted?: boolean;
  readonly preliminary?: boolean;
  readonly approval?: { readonly id: string; readonly approved?: boolean };
}

/** The part as one of a tool call, or undefined. */
export function toolPart(part: Part): ToolPart | undefined {
  const isTool = part.type === "dynamic-tool" || part.type.startsWith("tool-");
  return isTool && typeof getToolCallId(part) === "string"
    ? (part as unknown as ToolPart)
    : undefined;
}

/** The name of a tool. */
export function toolNameOf({ type, toolName }: ToolPart): string {
  return type === "dynamic-tool" ? (toolName ?? "") : type.slice("tool-".length);
}

const SETTLED = new Set<unknown>(["output-available", "output-error", "output-denied"]);

/** Whether a call has its final result. */
export function isSettled(part: ToolPart): boolean {
  return SETTLED.has(part.state) && part.preliminary !== true;
}

/** Whether a call waits for this side: its output, or a word of the person. */
export function isPending({ state, providerExecuted }: ToolPart): boolean {
  return state === "approval-requested" || (state === "input-available" && !providerExecuted);
}
