/**
 * What the events of chats carry.
 *
 * @module
 */

type Nothing = Record<string, never>;

/** Messages, tools and submissions. */
export interface MessageEvents {
  "message:request": Nothing;
  "message:response": Nothing;
  "message:clear": Nothing;
  "message:cancel": { requestId: string };
  "message:error": { error: string };
  "tool:result": { toolCallId: string; toolName: string };
  "tool:approval": { toolCallId: string; approved: boolean };
  "submission:create": { submissionId: string; requestId?: string; idempotencyKey?: string };
  "submission:status": { submissionId: string; requestId?: string; status: string };
  "submission:error": { submissionId: string; requestId?: string; error: string };
}

type Ledger = { action: string; key: string; inputHash: string };
type Paused = { action: string; executionId: string };

/** Actions that run once, and those that wait for a person. */
export interface ActionEvents {
  "action:ledger:replayed": Ledger;
  "action:ledger:pending": Ledger;
  "action:ledger:conflict": Ledger;
  "action:ledger:serialize_failed": { action: string; key: string };
  "action:ledger:settled": Ledger;
  "action:ledger:reclaimed": Ledger & { ageMs: number };
  "action:ledger:swept": { settled: number; pending: number };
  "action:pause:created": Paused & { toolCallId: string };
  "action:pause:approved": Paused;
  "action:pause:rejected": Paused;
  "action:pause:swept": { swept: number };
  "action:reply-attached": { action?: string; attachmentType: string };
}

/** Channels by which people reach an agent. */
export interface ChannelEvents {
  "channel:resolved": { channel: string; kind: string; requestId?: string };
  "channel:delivered": { channel: string; kind: string; turnEnded: boolean };
  "notice:delivered": { channel: string; kind: string; informModel: boolean };
  "notice:failed": { channel: string; error: string };
}

type Turn = {
  requestId: string;
  trigger: string;
  admission: string;
  continuation?: boolean;
  generation?: number;
};
type Recovery = {
  incidentId: string;
  requestId: string;
  attempt: number;
  maxAttempts: number;
  recoveryKind: "retry" | "continue";
};

/** Turns of a chat, and how they recover. */
export interface ChatTurnEvents {
  "chat:request:failed": {
    requestId?: string;
    stage: "parse" | "persist" | "turn" | "stream" | "recovery" | "transcript";
    messagesPersisted?: boolean;
    error: string;
  };
  "chat:turn:start": Turn;
  "chat:turn:finish": Turn & { status: string; durationMs: number; error?: string };
  "chat:recovery:detected": Recovery;
  "chat:recovery:scheduled": Recovery;
  "chat:recovery:attempt": Recovery;
  "chat:recovery:completed": Recovery;
  "chat:recovery:skipped": Recovery & { reason?: string };
  "chat:recovery:exhausted": Recovery & { reason: string };
  "chat:recovery:failed": Recovery & { reason?: string };
  "chat:transcript:repaired": {
    requestId?: string;
    removedToolCalls: number;
    normalizedInputs: number;
    toolCallIds?: string[];
  };
  "chat:onstart:degraded": {
    step: "transcript-hydration" | "scheduled-task-reconcile" | "durable-work-recovery";
    error: string;
  };
  "chat:hydration:windowed": {
    /** Bytes. */
    totalContentBytes: number;
    /** Bytes. */
    budgetBytes: number;
    hydratedMessages: number;
  };
  "chat:media:evicted": {
    messages: number;
    parts: number;
    bytes: number;
    externalizedBytes: number;
  };
  "chat:stream:stalled": { requestId: string; timeoutMs: number };
  "chat:context:compacted": {
    reason: "proactive" | "reactive";
    shortened: boolean;
    requestId?: string;
    attempt?: number;
  };
}
