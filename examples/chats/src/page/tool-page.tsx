import { getToolOutput, getToolPartState, useAgentChat } from "@freehold/agents/chat/react";
import { useAgent } from "@freehold/agents/react";
import { ChatView } from "./chat-view.tsx";

export function ToolPage() {
  const agent = useAgent({ agent: "ToolChat", name: "everyone" });
  const chat = useAgentChat({
    agent,
    onToolCall: ({ toolCall, addToolOutput }) => {
      if (toolCall.toolName !== "timeZone") return;
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      addToolOutput({ toolCallId: toolCall.toolCallId, output: timeZone });
    },
  });
  return (
    <ChatView
      chat={chat}
      toolPart={(part) => (
        <p className="tool">
          {part.type} ({getToolPartState(part)}) {JSON.stringify(getToolOutput(part))}
        </p>
      )}
    />
  );
}
