import type { Headers } from "../gateway/request-options.ts";
import type { Outgoing } from "../gateway/send/upstream.ts";
import { isObject } from "../tasks/chat-input.ts";
import type { Target } from "./resolve.ts";

type Inputs = Readonly<Record<string, unknown>>;

const BASE = "https://api.anthropic.com/v1";
const VERSION = "2023-06-01";
const TURNS: ReadonlySet<unknown> = new Set(["assistant", "user"]);

/**
 * A request in Anthropic's own form for a model of Anthropic's: it goes there as it is, and its answer
 * comes back as it is. So do the service and clients that know a model by its author's name.
 *
 * @param key what the provider is shown; without one nothing can be asked
 * @returns `undefined` where it is for somebody else, or in another form
 */
export function anthropicRequest(
  target: Target,
  inputs: Inputs,
  headers: Headers,
  key: string | undefined,
): Outgoing | undefined {
  if (target.kind !== "provider" || target.provider.type !== "anthropic") return undefined;
  if (key === undefined || !isAnthropicForm(inputs)) return undefined;
  const body = Buffer.from(JSON.stringify({ ...inputs, model: target.model }));
  const beta = headers["anthropic-beta"];
  return {
    url: `${(target.provider.baseUrl ?? BASE).replace(/\/+$/, "")}/messages`,
    method: "POST",
    headers: {
      "content-type": "application/json",
      "content-length": String(body.length),
      "accept-encoding": "identity",
      "anthropic-version": headers["anthropic-version"] ?? VERSION,
      ...(beta !== undefined && { "anthropic-beta": beta }),
      "x-api-key": key,
    },
    body,
  };
}

/** There a limit of tokens must be given, and neither instructions nor results of tools are turns. */
function isAnthropicForm({ max_tokens: most, messages, tools }: Inputs): boolean {
  if (typeof most !== "number" || !Array.isArray(messages)) return false;
  const isOpenAiTool = (tool: unknown) => isObject(tool) && tool.type === "function";
  if (Array.isArray(tools) && tools.some(isOpenAiTool)) return false;
  return messages.every(
    (message) => isObject(message) && TURNS.has(message.role) && message.tool_calls === undefined,
  );
}
