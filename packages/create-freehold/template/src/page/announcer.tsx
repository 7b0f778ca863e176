import { getToolName, isToolUIPart } from "ai";
import { useEffect, useRef, useState } from "react";
import type { ChatMessage } from "../protocol.ts";
import { withoutMarks } from "./format.ts";
import { describeTool } from "./tool-words.ts";

/** Reads an answer to screen readers once, when it is whole, instead of word by word. */
export function Announcer({ messages, busy }: { messages: readonly ChatMessage[]; busy: boolean }) {
  const [announcement, setAnnouncement] = useState("");
  const wasBusy = useRef(false);

  useEffect(() => {
    const began = busy && !wasBusy.current;
    const finished = !busy && wasBusy.current;
    wasBusy.current = busy;
    // Something else in between: the same answer twice would be read once.
    if (began) setAnnouncement("The agent is answering.");
    const last = messages.at(-1);
    if (finished) {
      setAnnouncement(last?.role === "assistant" ? `Agent: ${spoken(last)}` : "No answer.");
    }
  }, [messages, busy]);

  return (
    <p role="status" aria-label="Latest answer" className="sr-only">
      {announcement}
    </p>
  );
}

function spoken({ parts }: ChatMessage): string {
  const words = parts.map((part) => {
    if (part.type === "text") return withoutMarks(part.text);
    if (!isToolUIPart(part) || part.state !== "approval-requested") return "";
    return `May I do this? ${describeTool(getToolName(part), part.input)}`;
  });
  return words.filter(Boolean).join(" ").trim();
}
