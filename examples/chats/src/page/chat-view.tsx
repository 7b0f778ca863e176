import type { useAgentChat } from "@freehold/agents/chat/react";
import { isToolUIPart, type UIMessage } from "ai";
import type { ReactNode, SubmitEvent } from "react";

type Part = UIMessage["parts"][number];

interface ChatViewProps {
  readonly chat: ReturnType<typeof useAgentChat>;
  /** Shows a part of a tool call. */
  readonly toolPart?: (part: Part) => ReactNode;
}

/** A conversation and a field to write in. */
export function ChatView({ chat, toolPart }: ChatViewProps) {
  const { messages, sendMessage, status, stop, error } = chat;
  const isBusy = status === "submitted" || status === "streaming";
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    void sendMessage({ text: String(new FormData(form).get("text")) });
    form.reset();
  };
  return (
    <>
      <ol aria-label="Messages">
        {messages.map(({ id, role, parts }) => (
          <li key={id} className={role}>
            {parts.map((part, index) => {
              const key = `${id}-${index}`;
              if (part.type === "text") return <p key={key}>{part.text}</p>;
              return isToolUIPart(part) && toolPart ? <div key={key}>{toolPart(part)}</div> : null;
            })}
          </li>
        ))}
      </ol>
      {error && <p role="alert">{error.message}</p>}
      <p role="status" aria-label="State">
        {status}
      </p>
      <form onSubmit={send}>
        <label>
          Message
          <input name="text" required autoComplete="off" />
        </label>
        <button type="submit">Send</button>
        {isBusy && (
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        )}
      </form>
    </>
  );
}
