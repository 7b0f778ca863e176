import { useEffect, useRef, useState } from "react";
import type { ChatMessage } from "../protocol.ts";

interface AnnouncerProps {
  messages: readonly ChatMessage[];
  busy: boolean;
  agentName: string;
}

/** Reads an answer to screen readers once, when it is whole, instead of word by word. */
export function Announcer({ messages, busy, agentName }: AnnouncerProps) {
  const [announcement, setAnnouncement] = useState("");
  const wasBusy = useRef(false);

  useEffect(() => {
    const finished = wasBusy.current && !busy;
    wasBusy.current = busy;
    const last = messages.at(-1);
    if (!finished || last?.role !== "assistant") return;
    const words = last.parts.map((part) => (part.type === "text" ? part.text : "")).join(" ");
    setAnnouncement(`${agentName || "Agent"}: ${words.trim()}`);
  }, [messages, busy, agentName]);

  return (
    <p role="status" aria-label="Latest answer" className="sr-only">
      {announcement}
    </p>
  );
}
