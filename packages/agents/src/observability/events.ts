import type {
  ActionEvents,
  ChannelEvents,
  ChatTurnEvents,
  MessageEvents,
} from "./chat-payloads.ts";
import type {
  AgentEvents,
  AgentToolEvents,
  EmailEvents,
  FiberEvents,
  McpEvents,
  StreamEvents,
  TaskEvents,
  WorkflowEvents,
} from "./payloads.ts";

/** An event of type `Type`, as subscribers see it. */
export interface BaseEvent<Type extends string, Payload> {
  type: Type;
  /** Class name of the agent. */
  agent?: string;
  /** Name of the instance. */
  name?: string;
  payload: Payload;
  /** Milliseconds since the Unix epoch. */
  timestamp: number;
}

/** Each event type and its payload. Packages that emit more of them extend this interface. */
export interface EventPayloads
  extends AgentEvents,
    FiberEvents,
    TaskEvents,
    StreamEvents,
    AgentToolEvents,
    EmailEvents,
    WorkflowEvents,
    McpEvents,
    MessageEvents,
    ActionEvents,
    ChannelEvents,
    ChatTurnEvents {}

/** Any event. */
export type ObservabilityEvent = {
  [Type in keyof EventPayloads]: BaseEvent<Type, EventPayloads[Type]>;
}[keyof EventPayloads];

/** Tells subscribers of an event of this agent. */
export type Emit = <Type extends keyof EventPayloads>(
  type: Type,
  payload: EventPayloads[Type],
) => void;

/** Receives every event of an agent; set `observability` on the agent to take its place. */
export interface Observability {
  emit(event: ObservabilityEvent): void;
}
