/**
 * How chunks become a message: a pure reducer, the same on the server (which stores the message)
 * and in a tab that watches an answer it did not ask for.
 *
 * @module
 */

import type { UIMessage, UIMessageChunk } from "ai";

type Part = UIMessage["parts"][number];
type ToolFields = Readonly<Record<string, unknown>>;

/** A message under way. Immutable. */
export interface Assembly {
  readonly message: UIMessage;
  /** Index of the open text and reasoning parts, by `text:<id>` and `reasoning:<id>`. */
  readonly open: Readonly<Record<string, number>>;
}

/** Tool part states that nothing changes any more. */
const TERMINAL_STATES: ReadonlySet<unknown> = new Set([
  "output-available",
  "output-error",
  "output-denied",
]);

/** An empty answer with this id. */
export function startAssembly(id: string): Assembly {
  return { message: { id, role: "assistant", parts: [] }, open: {} };
}

/**
 * Applies one chunk. Chunks this does not know, and `error`, `abort` and `finish-step`, change
 * nothing. Text deltas go to the part their id opened, else to the last part of their kind.
 *
 * @example
 * ```ts
 * let answer = startAssembly("m1");
 * for (const chunk of chunks) answer = applyChunk(answer, chunk);
 * answer.message.parts;
 * ```
 */
export function applyChunk(assembly: Assembly, chunk: UIMessageChunk): Assembly {
  switch (chunk.type) {
    case "start":
      return start(assembly, chunk);
    case "finish":
      return withMetadata(assembly, finishMetadata(chunk));
    case "message-metadata":
      return withMetadata(assembly, chunk.messageMetadata);
    case "text-start":
    case "reasoning-start":
      return openText(assembly, chunk);
    case "text-delta":
    case "reasoning-delta":
      return extendText(assembly, chunk);
    case "text-end":
    case "reasoning-end":
      return closeText(assembly, chunk);
    case "start-step":
      return push(assembly, { type: "step-start" });
    case "reset-step":
      return resetStep(assembly);
    case "file":
    case "reasoning-file":
    case "source-url":
    case "source-document":
    case "custom":
    case "steering-message":
      return push(assembly, chunk as Part);
    default:
      if (chunk.type.startsWith("data-")) return applyData(assembly, chunk as DataChunk);
      if (chunk.type.startsWith("tool-")) return applyTool(assembly, chunk as unknown as ToolChunk);
      return assembly;
  }
}

/** What the `finish` chunk says of the message: its metadata, and why the model stopped. */
export function finishMetadata(chunk: {
  messageMetadata?: unknown;
  finishReason?: unknown;
}): unknown {
  if (chunk.finishReason === undefined) return chunk.messageMetadata;
  const metadata = isRecord(chunk.messageMetadata) ? chunk.messageMetadata : {};
  return { ...metadata, finishReason: chunk.finishReason };
}

function start(
  assembly: Assembly,
  chunk: { messageId?: string; messageMetadata?: unknown },
): Assembly {
  const { messageId: id } = chunk;
  const isNamed = typeof id === "string" && id !== "";
  const named = isNamed ? { ...assembly, message: { ...assembly.message, id } } : assembly;
  return withMetadata(named, chunk.messageMetadata);
}

function withMetadata(assembly: Assembly, metadata: unknown): Assembly {
  if (metadata === undefined || metadata === null) return assembly;
  const present = assembly.message.metadata;
  const merged = isRecord(present) && isRecord(metadata) ? { ...present, ...metadata } : metadata;
  return { ...assembly, message: { ...assembly.message, metadata: merged } };
}

interface TextChunk {
  readonly type: string;
  readonly id: string;
  readonly providerMetadata?: unknown;
}

function kindOf(chunk: TextChunk): "text" | "reasoning" {
  return chunk.type.startsWith("text-") ? "text" : "reasoning";
}

function openText(assembly: Assembly, chunk: TextChunk): Assembly {
  const type = kindOf(chunk);
  const { providerMetadata } = chunk;
  const provider = providerMetadata === undefined ? {} : { providerMetadata };
  const next = push(assembly, { type, text: "", state: "streaming", ...provider } as Part);
  const at = next.message.parts.length - 1;
  return { ...next, open: { ...next.open, [`${type}:${chunk.id}`]: at } };
}

function extendText(assembly: Assembly, chunk: TextChunk & { readonly delta?: string }): Assembly {
  const at = textIndex(assembly, chunk);
  if (at === -1) return extendText(openText(assembly, chunk), chunk);
  const part = assembly.message.parts[at] as Extract<Part, { type: "text" }>;
  const { providerMetadata } = chunk;
  const provider = providerMetadata === undefined ? {} : { providerMetadata };
  const text = part.text + (chunk.delta ?? "");
  return replace(assembly, at, { ...part, text, ...provider } as Part);
}

function closeText(assembly: Assembly, chunk: TextChunk): Assembly {
  const at = textIndex(assembly, chunk);
  if (at === -1) return assembly;
  const { type: _type, id: _id, ...rest } = chunk;
  const part = { ...assembly.message.parts[at], state: "done", ...rest } as Part;
  const { [`${kindOf(chunk)}:${chunk.id}`]: _closed, ...open } = assembly.open;
  return { ...replace(assembly, at, part), open };
}

function textIndex(assembly: Assembly, chunk: TextChunk): number {
  const type = kindOf(chunk);
  const key = `${type}:${chunk.id}`;
  if (Object.hasOwn(assembly.open, key)) return assembly.open[key]!;
  return assembly.message.parts.findLastIndex((part) => part.type === type);
}

function resetStep(assembly: Assembly): Assembly {
  const { parts } = assembly.message;
  const from = parts.findLastIndex((part) => part.type === "step-start") + 1;
  return { message: { ...assembly.message, parts: parts.slice(0, from) }, open: {} };
}

interface DataChunk {
  readonly type: `data-${string}`;
  readonly id?: string;
  readonly data: unknown;
  readonly transient?: boolean;
}

function applyData(assembly: Assembly, chunk: DataChunk): Assembly {
  if (chunk.transient) return assembly;
  const { type, id, data } = chunk;
  const at =
    id === undefined
      ? -1
      : assembly.message.parts.findIndex(
          (part) => part.type === type && Reflect.get(part, "id") === id,
        );
  const part = (id === undefined ? { type, data } : { type, id, data }) as Part;
  return at === -1 ? push(assembly, part) : replace(assembly, at, part);
}

interface ToolChunk extends ToolFields {
  readonly type: string;
  readonly toolCallId: string;
}

function applyTool(assembly: Assembly, chunk: ToolChunk): Assembly {
  const at = toolIndex(assembly, chunk);
  const part = at === -1 ? undefined : (assembly.message.parts[at] as unknown as ToolFields);
  if (!part) return opensTool(chunk) ? push(assembly, newToolPart(chunk)) : assembly;
  // A final result stays, except that a preliminary one gives way to the next.
  if (TERMINAL_STATES.has(part.state) && part.preliminary !== true) return assembly;
  const change = toolChange(chunk, part);
  return change ? replace(assembly, at, { ...part, ...change } as unknown as Part) : assembly;
}

function toolIndex(assembly: Assembly, chunk: ToolChunk): number {
  return assembly.message.parts.findLastIndex((part) => {
    const { toolCallId, approval } = part as unknown as ToolFields;
    if (chunk.toolCallId !== undefined) return toolCallId === chunk.toolCallId;
    return isRecord(approval) && approval.id === chunk.approvalId;
  });
}

const OPENS_TOOL: ReadonlySet<unknown> = new Set([
  "tool-input-start",
  "tool-input-available",
  "tool-input-error",
]);

/** What has no id or no name is no call: no model would take it back. */
function opensTool({ toolCallId, toolName, type }: ToolChunk): boolean {
  return OPENS_TOOL.has(type) && typeof toolCallId === "string" && typeof toolName === "string";
}

function newToolPart(chunk: ToolChunk): Part {
  const { toolName, dynamic } = chunk;
  const type = dynamic === true ? "dynamic-tool" : `tool-${toolName}`;
  const part = { type, toolCallId: chunk.toolCallId, toolName, state: "input-streaming" };
  const fields = { ...part, ...passed(chunk) };
  return { ...fields, ...toolChange(chunk, fields) } as unknown as Part;
}

/** Fields of a chunk that the part carries as they are. */
function passed(chunk: ToolChunk): ToolFields {
  const { providerExecuted, title, toolMetadata, inputEncoding, providerMetadata } = chunk;
  return defined({
    providerExecuted,
    title,
    toolMetadata,
    inputEncoding,
    callProviderMetadata: providerMetadata,
  });
}

/** What a chunk changes in the part of its call, or undefined when it may not change it now. */
function toolChange(chunk: ToolChunk, part: ToolFields): ToolFields | undefined {
  const { input, output, errorText, preliminary, approvalId, providerMetadata } = chunk;
  switch (chunk.type) {
    case "tool-input-delta":
      if (part.state !== "input-streaming") return undefined;
      return { rawInput: `${part.rawInput ?? ""}${chunk.inputTextDelta ?? ""}` };
    case "tool-input-available":
      if (part.state !== "input-streaming") return undefined;
      return { state: "input-available", input, rawInput: undefined, ...passed(chunk) };
    case "tool-input-error":
      return { state: "output-error", input, errorText, ...passed(chunk) };
    case "tool-approval-request":
      if (part.state === "approval-responded") return undefined;
      return { state: "approval-requested", approval: requested(chunk) };
    case "tool-approval-response":
      return { state: "approval-responded", approval: responded(chunk, part, approvalId) };
    case "tool-output-available":
      return {
        ...defined({ state: "output-available", resultProviderMetadata: providerMetadata }),
        output: output ?? null,
        // Taken away by the final one.
        preliminary: preliminary === true ? true : undefined,
      };
    case "tool-output-error":
      return defined({
        state: "output-error",
        errorText,
        resultProviderMetadata: providerMetadata,
      });
    case "tool-output-denied":
      return { state: "output-denied" };
    default:
      return undefined;
  }
}

function requested(chunk: ToolChunk): ToolFields {
  const { approvalId: id, approvalDescriptor: descriptor, reason, isAutomatic, signature } = chunk;
  return defined({ id, descriptor, requestReason: reason, isAutomatic, signature });
}

function responded(chunk: ToolChunk, part: ToolFields, id: unknown): ToolFields {
  const before = isRecord(part.approval) ? part.approval : {};
  return defined({ ...before, id, approved: chunk.approved, reason: chunk.reason });
}

function push(assembly: Assembly, part: Part): Assembly {
  const { message } = assembly;
  return { ...assembly, message: { ...message, parts: [...message.parts, part] } };
}

function replace(assembly: Assembly, at: number, part: Part): Assembly {
  const { message } = assembly;
  return { ...assembly, message: { ...message, parts: message.parts.with(at, part) } };
}

function defined(fields: ToolFields): ToolFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
