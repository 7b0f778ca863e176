import { useAgent } from "@freehold/agents/react";
import { useCallback, useRef, useState } from "react";
import type { AgentEvent, AgentState, ChatAgentApi, ModelInfo, Reminder } from "../protocol.ts";
import { useLine } from "./connection.ts";

/** The connection to one agent: its state, and what it tells its pages. */
export function useChatAgent(name: string) {
  const [model, setModel] = useState<ModelInfo>();
  const [reminders, setReminders] = useState<readonly Reminder[]>();
  const [fired, setFired] = useState<readonly Reminder[]>([]);
  const [changedElsewhere, setChangedElsewhere] = useState(0);
  const lastState = useRef<string>(undefined);

  const onMessage = useCallback(({ data }: MessageEvent) => {
    const event = agentEvent(data);
    if (event?.type === "model") setModel(event.model);
    if (event?.type === "reminders") setReminders(event.reminders);
    if (event?.type === "reminder-fired") {
      setFired((known) => [...known.filter(({ id }) => id !== event.reminder.id), event.reminder]);
    }
  }, []);

  const agent = useAgent<ChatAgentApi, AgentState>({
    agent: "ChatAgent",
    name,
    onMessage,
    onStateUpdate: (state, source) => {
      const before = lastState.current;
      lastState.current = JSON.stringify(state);
      if (source === "client" || before === undefined || before === lastState.current) return;
      setChangedElsewhere((count) => count + 1);
    },
  });

  const dismiss = useCallback(
    (id: string) => setFired((known) => known.filter((reminder) => reminder.id !== id)),
    [],
  );

  return { agent, line: useLine(agent), model, reminders, fired, dismiss, changedElsewhere };
}

export type AgentHandle = ReturnType<typeof useChatAgent>["agent"];

const EVENT_TYPES: ReadonlySet<unknown> = new Set(["model", "reminders", "reminder-fired"]);

/** Frames of the conversation and of the state share the socket and are not for us. */
function agentEvent(data: unknown): AgentEvent | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const frame: unknown = JSON.parse(data);
    const isEvent = typeof frame === "object" && frame !== null && "type" in frame;
    return isEvent && EVENT_TYPES.has(frame.type) ? (frame as AgentEvent) : undefined;
  } catch {
    return undefined;
  }
}
