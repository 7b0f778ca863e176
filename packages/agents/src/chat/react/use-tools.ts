/**
 * The tools of a page, and its words on the calls of the agent's model.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { useCallback, useEffect, useMemo, useState } from "react";
import { frameOf } from "../transport/frames.ts";
import type { ChatSession } from "./chat-session.ts";
import type { AddToolOutputOptions, AgentChat, UseAgentChatOptions } from "./options.ts";
import { type PendingCall, pendingCalls, ToolCalls } from "./tool-calls.ts";
import { toolApprovalFrame, toolResultFrame } from "./tool-frames.ts";
import { approvalChange, outputChange } from "./tool-results.ts";
import {
  extractClientToolSchemas,
  getToolApproval,
  toolNameOf,
  toolPart,
  warnOnce,
} from "./tools.ts";
import { useLatest } from "./use-latest.ts";

interface ToolsOptions<State, M extends UIMessage> {
  readonly options: UseAgentChatOptions<State, M>;
  readonly session: ChatSession<M>;
  /** What is shown. */
  readonly messages: readonly M[];
  /** Whether no answer is under way. */
  readonly isIdle: boolean;
  /** Sends what the tools gave, where the agent does not go on by itself. */
  readonly sendOn: () => void;
}

/** Runs the page's tools, and gives the functions that answer calls. */
export function useTools<State, M extends UIMessage>(given: ToolsOptions<State, M>) {
  const latest = useLatest(given);
  const { options, session, messages, isIdle } = given;
  const { agent, tools, onToolCall } = options;
  useDeprecations(options);

  const addToolOutput = useCallback(
    (output: AddToolOutputOptions) => {
      const {
        agent: to,
        tools: current,
        autoContinueAfterToolResult = true,
      } = latest.current.options;
      const { toolCallId, state } = output;
      const call = latest.current.messages
        .flatMap(({ parts }) => parts.map(toolPart))
        .findLast((part) => part?.toolCallId === toolCallId);
      const toolName = output.toolName ?? (call ? toolNameOf(call) : "");
      const autoContinue = autoContinueAfterToolResult && state !== "output-error";
      const clientTools = extractClientToolSchemas(current);
      to.send(toolResultFrame({ ...output, toolName, autoContinue, clientTools }));
      session.addResult(toolCallId, outputChange(output), autoContinue);
      if (!autoContinueAfterToolResult) latest.current.sendOn();
    },
    [latest, session],
  );

  const addToolApprovalResponse = useCallback<AgentChat<M>["addToolApprovalResponse"]>(
    async ({ id, approved, reason }) => {
      const { agent: to, autoContinueAfterToolResult: autoContinue = true } =
        latest.current.options;
      const part = latest.current.messages
        .flatMap(({ parts }) => parts)
        .findLast((each) => getToolApproval(each)?.id === id);
      const call = part && toolPart(part);
      if (!call) {
        console.warn(`[agents/chat] No tool call waits for the approval ${id}`);
        return;
      }
      const { toolCallId } = call;
      to.send(toolApprovalFrame({ toolCallId, approved, autoContinue, reason }));
      session.addResult(toolCallId, approvalChange(id, approved, reason), autoContinue);
    },
    [latest, session],
  );

  const [running, setRunning] = useState(0);
  const run = useCallback(
    async ({ toolCallId, toolName, input }: PendingCall) => {
      const { tools: current, onToolCall: handler, onError } = latest.current.options;
      const execute = current?.[toolName]?.execute;
      setRunning((count) => count + 1);
      try {
        if (handler) {
          await handler({
            toolCall: { toolCallId, toolName, input },
            addToolOutput: (output) => addToolOutput({ ...output, toolName }),
          });
        } else if (execute) addToolOutput({ toolCallId, toolName, output: await execute(input) });
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        addToolOutput({ toolCallId, toolName, state: "output-error", errorText: failure.message });
        onError?.(failure);
      } finally {
        setRunning((count) => count - 1);
      }
    },
    [addToolOutput, latest],
  );

  const [calls] = useState(
    () =>
      new ToolCalls(
        (data) => void latest.current.options.agent.send(data),
        (call) => void run(call),
      ),
  );
  const runsHere = useCallback(
    ({ toolName }: PendingCall) => {
      if (options.toolsRequiringConfirmation?.includes(toolName)) return false;
      if (onToolCall) return true;
      if (options.experimental_automaticToolResolution === false) return false;
      return tools?.[toolName]?.execute !== undefined;
    },
    [
      onToolCall,
      tools,
      options.toolsRequiringConfirmation,
      options.experimental_automaticToolResolution,
    ],
  );
  const pending = useMemo(() => pendingCalls(messages).filter(runsHere), [messages, runsHere]);
  useEffect(() => {
    if (!isIdle) return;
    const last = messages.at(-1);
    calls.consider(pending, last === undefined || !session.foreign.has(last.id));
  }, [calls, isIdle, messages, pending, session]);
  useEffect(() => {
    const listening = new AbortController();
    const on = { signal: listening.signal };
    agent.addEventListener(
      "message",
      (event) => {
        const frame = frameOf(event);
        if (frame) calls.hear(frame);
      },
      on,
    );
    agent.addEventListener("open", () => calls.reopened(), on);
    return () => listening.abort();
  }, [agent, calls]);
  useEffect(() => () => calls.close(), [calls]);
  return { addToolOutput, addToolApprovalResponse, isCalling: running > 0 };
}

function useDeprecations<State, M extends UIMessage>(options: UseAgentChatOptions<State, M>): void {
  const { experimental_automaticToolResolution, toolsRequiringConfirmation } = options;
  const { autoSendAfterAllConfirmationsResolved } = options;
  useEffect(() => {
    if (experimental_automaticToolResolution !== undefined) {
      warnOnce("experimental_automaticToolResolution", "Use `onToolCall` instead.");
    }
    if (toolsRequiringConfirmation !== undefined) {
      warnOnce("toolsRequiringConfirmation", "Use `needsApproval` on the server's tools instead.");
    }
    if (autoSendAfterAllConfirmationsResolved !== undefined) {
      warnOnce("autoSendAfterAllConfirmationsResolved", "Use `sendAutomaticallyWhen` instead.");
    }
  }, [
    experimental_automaticToolResolution,
    toolsRequiringConfirmation,
    autoSendAfterAllConfirmationsResolved,
  ]);
}
