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

type Job = { callback: string; id: string };
type JobRetry = Job & { attempt: number; maxAttempts: number };
type JobError = Job & { error: string; attempts: number };

/** Each event type and its payload. Packages that emit more of them extend this interface. */
export interface EventPayloads {
  "state:update": Record<string, never>;
  rpc: { method: string; streaming?: boolean };
  "rpc:error": { method: string; error: string };
  connect: { connectionId: string };
  disconnect: { connectionId: string; code: number; reason: string };
  destroy: Record<string, never>;
  "schedule:create": Job;
  "schedule:execute": Job;
  "schedule:cancel": Job;
  "schedule:retry": JobRetry;
  "schedule:error": JobError;
  "queue:create": Job;
  "queue:retry": JobRetry;
  "queue:error": JobError;
  "job:slow_dispatch": { capability: string; fn: string; id: string; thresholdMs: number };
  "job:backlog_warning": { capability: string; count: number };
}

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
