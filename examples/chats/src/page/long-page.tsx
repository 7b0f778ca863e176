import { useAgentChat } from "@freehold/agents/chat/react";
import { useAgent } from "@freehold/agents/react";
import { ChatView } from "./chat-view.tsx";

export function LongPage() {
  const agent = useAgent({ agent: "LongChat", name: "everyone" });
  const chat = useAgentChat({ agent });
  return (
    <>
      <p>Write “count to 50”, and reload the page while it counts.</p>
      <ChatView chat={chat} />
      {chat.isServerStreaming && <p>Another page has asked.</p>}
    </>
  );
}
