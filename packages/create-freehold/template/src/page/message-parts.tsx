import { isToolUIPart } from "ai";
import type { ReactNode } from "react";
import type { ChatMessage } from "../protocol.ts";
import { Attachments } from "./attachments.tsx";
import { Reasoning } from "./reasoning.tsx";
import { ToolCard } from "./tool-card.tsx";
import { Words } from "./words.tsx";

interface MessagePartsProps {
  message: ChatMessage;
  streaming: boolean;
  onApproval(id: string, approved: boolean): void;
}

/** What a message is made of: pictures first, then words, thoughts and tools in their order. */
export default function MessageParts({ message, streaming, onApproval }: MessagePartsProps) {
  const show = (part: ChatMessage["parts"][number], isLast: boolean): ReactNode => {
    if (part.type === "text" && message.role === "user") {
      return part.text && <p className="wrap-anywhere whitespace-pre-wrap">{part.text}</p>;
    }
    if (part.type === "text") return <Words text={part.text} streaming={streaming && isLast} />;
    if (part.type === "reasoning") {
      return part.text && <Reasoning text={part.text} streaming={streaming && isLast} />;
    }
    return isToolUIPart(part) ? <ToolCard part={part} onApproval={onApproval} /> : null;
  };

  const content = message.parts.map((part, index) => {
    const shown = show(part, index === message.parts.length - 1);
    // The parts of a message only ever grow at its end.
    const key = `${index}`;
    return shown ? <div key={key}>{shown}</div> : null;
  });
  return (
    <>
      <Attachments files={message.parts.filter((part) => part.type === "file")} />
      {content}
    </>
  );
}
