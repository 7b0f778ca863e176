import type { UIMessage } from "ai";

// What the page and the agent agree on. Both sides import this file, and nothing else of each other.

export const tones = ["plain", "warm", "brief"] as const;
export type Tone = (typeof tones)[number];

/** Synced between the agent and every open page. */
export interface AgentState {
  readonly name: string;
  readonly tone: Tone;
  readonly notes: string;
}

export const initialState: AgentState = { name: "Wren", tone: "plain", notes: "" };

/** Characters, and for `reminderSeconds` how far ahead a reminder may be. */
export const limits = {
  name: 40,
  notes: 2000,
  reminder: 200,
  reminderSeconds: 30 * 24 * 60 * 60,
} as const;

export interface Reminder {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

/** Where the agent's words come from. */
export interface ModelInfo {
  readonly kind: "offline" | "endpoint";
  readonly name: string;
}

/** What the agent tells its pages besides its state and the conversation. */
export type AgentEvent =
  | { readonly type: "model"; readonly model: ModelInfo }
  | { readonly type: "reminders"; readonly reminders: readonly Reminder[] }
  | { readonly type: "reminder-fired"; readonly reminder: Reminder };

/** What a page can ask of the agent. */
export interface ChatAgentApi {
  readonly state: AgentState;
  setReminder(seconds: number, text: string): Promise<Reminder>;
  cancelReminder(id: string): Promise<boolean>;
}

export type ChatMessage = UIMessage<{
  /** When it was said, in milliseconds since 1970. */
  at?: number;
  /** Set on what a reminder says when it fires. */
  reminder?: boolean;
}>;
