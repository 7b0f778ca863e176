import { useAgentChat } from "@freehold/agents/chat/react";
import { useAgent } from "@freehold/agents/react";
import { ChatView } from "./chat-view.tsx";

export function PlainPage() {
  const agent = useAgent({ agent: "PlainChat", name: "everyone" });
  const chat = useAgentChat({ agent });
  return (
    <>
      <ChatView chat={chat} />
      <button type="button" onClick={chat.clearHistory}>
        Clear
      </button>
    </>
  );
}
