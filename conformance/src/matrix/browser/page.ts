// The page that rows drive: one conversation, and what its hook gives, within reach of the test. It is
// bundled for each client package, and shows one conversation after the other: loading it takes longest.

import { type UseAgentChatOptions, useAgentChat } from "@cloudflare/ai-chat/react";
import { useAgent } from "agents/react";
import { createElement, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import type { PageChat, Shown } from "./page-chat.ts";

// The types here are Node's; these are the browser's own.
const { document } = globalThis as unknown as { readonly document: { readonly body: Element } };

let failures: string[] = [];
let toolCalls: string[] = [];
let turnEnds: string[] = [];
let statuses: string[] = [];
let finishes: string[] = [];

const OUTPUTS: Record<string, unknown> = { where: "Oslo", when: "noon" };

function optionsOf(mode: string): Partial<UseAgentChatOptions> {
  const tool = {
    description: "Where the person is",
    parameters: { type: "object" },
    execute: async () => {
      toolCalls.push("where");
      return "Bergen";
    },
  } as const;
  switch (mode) {
    case "execute":
      return { tools: { where: tool } };
    case "confirm":
      return {
        tools: { where: { description: "Where", parameters: { type: "object" } } },
        toolsRequiringConfirmation: ["where"],
        experimental_automaticToolResolution: true,
        autoContinueAfterToolResult: false,
      };
    case "auto":
      return { tools: { where: tool }, experimental_automaticToolResolution: true };
    case "manual":
      return { autoContinueAfterToolResult: false };
    case "quiet":
      return { onToolCall: ({ toolCall }) => void toolCalls.push(toolCall.toolName) };
    default:
      return {
        onToolCall: ({ toolCall, addToolOutput }) => {
          toolCalls.push(toolCall.toolName);
          addToolOutput({
            toolCallId: toolCall.toolCallId,
            output: OUTPUTS[toolCall.toolName],
          });
        },
      };
  }
}

function Page({ agent: agentName, name, mode }: Shown) {
  const agent = useAgent({
    agent: agentName,
    name,
    minReconnectionDelay: 30,
    maxReconnectionDelay: 100,
  });
  const chat = useAgentChat({
    agent,
    ...optionsOf(mode),
    body: () => ({ from: "page" }),
    onError: (error) => failures.push(error.message),
    onTurnEnd: ({ outcome }) => turnEnds.push(outcome),
    onFinish: ({ isAbort, isError }) =>
      finishes.push(isAbort ? "aborted" : isError ? "failed" : "done"),
  });
  void agent.ready.then(() => {
    Object.assign(globalThis, { isReady: true });
  });
  if (statuses.at(-1) !== chat.status) statuses.push(chat.status);
  const page: PageChat = {
    chat: chat as unknown as PageChat["chat"],
    ...{ failures, toolCalls, turnEnds, statuses, finishes },
  };
  Object.assign(globalThis, { page });
  return createElement("pre", null, JSON.stringify(chat.messages, null, 1));
}

const root = createRoot(document.body);

/** Shows a conversation, or nothing; what was noted of the one before is forgotten. */
function show(shown: Shown | null): void {
  [failures, toolCalls, turnEnds, statuses, finishes] = [[], [], [], [], []];
  Object.assign(globalThis, { isReady: false, page: undefined });
  const page = shown && createElement(Page, { ...shown, key: JSON.stringify(shown) });
  root.render(createElement(StrictMode, null, createElement(Suspense, { fallback: "…" }, page)));
}

Object.assign(globalThis, { show });
