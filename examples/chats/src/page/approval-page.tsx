import {
  getToolApproval,
  getToolInput,
  getToolPartState,
  useAgentChat,
} from "@freehold/agents/chat/react";
import { useAgent } from "@freehold/agents/react";
import type { UIMessage } from "ai";
import { ChatView } from "./chat-view.tsx";

export function ApprovalPage() {
  const agent = useAgent({ agent: "ApprovalChat", name: "everyone" });
  const chat = useAgentChat({ agent });
  const toolPart = (part: UIMessage["parts"][number]) => {
    const approval = getToolApproval(part);
    const state = getToolPartState(part);
    const what = `Pay ${JSON.stringify(getToolInput(part))}`;
    if (state !== "waiting-approval" || !approval) {
      return (
        <p className="tool">
          {what}: {state}
        </p>
      );
    }
    const decide = (approved: boolean) =>
      void chat.addToolApprovalResponse({ id: approval.id, approved });
    return (
      <fieldset>
        <legend>{what}?</legend>
        <button type="button" onClick={() => decide(true)}>
          Approve
        </button>
        <button type="button" onClick={() => decide(false)}>
          Decline
        </button>
      </fieldset>
    );
  };
  return <ChatView chat={chat} toolPart={toolPart} />;
}
