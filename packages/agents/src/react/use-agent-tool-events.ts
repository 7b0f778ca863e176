import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import {
  applyAgentToolEvent,
  createAgentToolEventState,
  eventKey,
  readEventFrame,
} from "../agent-tools/event-state.ts";
import type {
  AgentToolEventState,
  AgentToolRunPart,
  AgentToolRunState,
} from "../agent-tools/types.ts";

/** The part of a connection that is listened to; what `useAgent` returns is one. */
type Listenable = {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  removeEventListener(type: "message", listener: (event: MessageEvent) => void): void;
};

/** What is known of the agents that an agent has run as tools. */
class ToolEventStore {
  #state: AgentToolEventState = createAgentToolEventState();
  #seen = new Set<string>();
  readonly #listeners = new Set<() => void>();

  readonly read = (): AgentToolEventState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly receive = ({ data }: MessageEvent): void => {
    const message = readEventFrame(data);
    if (!message) return;
    const key = eventKey(message);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#change(applyAgentToolEvent(this.#state, message));
  };

  readonly reset = (): void => {
    this.#seen = new Set();
    this.#change(createAgentToolEventState());
  };

  #change(state: AgentToolEventState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/**
 * The agents that an agent has run as tools, as they run: their messages, progress and ends. What is
 * told again after a reconnect is counted once.
 *
 * @param options.agent What `useAgent` returned.
 *
 * @example
 * const agent = useAgent({ agent: "Assistant", name: user });
 * const { getRunsForToolCall } = useAgentToolEvents({ agent });
 * getRunsForToolCall(part.toolCallId).map((run) => <Run key={run.runId} run={run} />);
 */
export function useAgentToolEvents<Part extends AgentToolRunPart = AgentToolRunPart>({
  agent,
}: {
  agent: Listenable;
}): {
  runsById: Record<string, AgentToolRunState<Part>>;
  runsByToolCallId: Record<string, AgentToolRunState<Part>[]>;
  unboundRuns: AgentToolRunState<Part>[];
  getRunsForToolCall(toolCallId: string): AgentToolRunState<Part>[];
  resetLocalState(): void;
} {
  const [store] = useState(() => new ToolEventStore());
  useEffect(() => {
    agent.addEventListener("message", store.receive);
    return () => agent.removeEventListener("message", store.receive);
  }, [agent, store]);
  const state = useSyncExternalStore(store.subscribe, store.read, store.read);
  return useMemo(() => {
    const known = state as unknown as AgentToolEventState<Part>;
    return {
      ...known,
      getRunsForToolCall: (toolCallId) =>
        Object.hasOwn(known.runsByToolCallId, toolCallId)
          ? (known.runsByToolCallId[toolCallId] ?? [])
          : [],
      resetLocalState: store.reset,
    };
  }, [state, store]);
}
