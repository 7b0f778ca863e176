/**
 * Tools that run in a client, as the model gets them.
 *
 * @module
 */

import { jsonSchema, type ToolSet, tool } from "ai";
import type { ClientToolSchema } from "../types.ts";

/** Runs a client's tool on the server's side, for example by asking another connection. */
export type ClientToolExecutor = (call: {
  toolName: string;
  input: unknown;
  toolCallId: string;
}) => unknown | Promise<unknown>;

/**
 * Tools of the AI SDK from what a client says of its own. Without `execute` the model's call goes to
 * the client, which answers it.
 *
 * @param clientTools of two with one name the later counts
 * @example
 * ```ts
 * async onChatMessage(onFinish, options) {
 *   const tools = { ...mine, ...createToolsFromClientSchemas(options?.clientTools) };
 *   return streamText({ model, messages, tools }).toUIMessageStreamResponse();
 * }
 * ```
 */
export function createToolsFromClientSchemas(
  clientTools?: ClientToolSchema[],
  options: { execute?: ClientToolExecutor } = {},
): ToolSet {
  const { execute } = options;
  const tools = new Map<string, ToolSet[string]>();
  for (const { name, description, parameters } of clientTools ?? []) {
    if (tools.has(name)) {
      console.warn(
        `[createToolsFromClientSchemas] Duplicate tool name "${name}" found. Later definitions will override earlier ones.`,
      );
    }
    const described = {
      description: typeof description === "string" ? description : "",
      inputSchema: jsonSchema(parameters ?? { type: "object" }),
    };
    const run = (input: unknown, { toolCallId }: { toolCallId: string }) =>
      execute?.({ toolName: name, input, toolCallId });
    tools.set(name, execute ? tool({ ...described, execute: run }) : tool(described));
  }
  return Object.fromEntries(tools);
}
