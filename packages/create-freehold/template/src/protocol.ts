import type { UIMessage } from "ai";

// What the page and the agents agree on. Both sides import this file, and nothing else of each other.

/** Where the words of a conversation come from. */
export interface ModelInfo {
  /** `offline` has no language model behind it. */
  readonly kind: "offline" | "model";
  /** As people know it, like "OpenAI". */
  readonly provider: string;
  /** As in "gpt-5.4-mini". */
  readonly name: string;
}

/** Something that an agent will say at a time. */
export interface Task {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since 1970; of the next time, when it repeats. */
  readonly dueAt: number;
  /** A cron expression, when it repeats. */
  readonly cron?: string;
}

/** What every page of a conversation sees, besides the messages. Only the agent changes it. */
export interface ChatState {
  readonly title: string;
  readonly model: ModelInfo | null;
  readonly tasks: readonly Task[];
}

/** What the agent of a conversation tells its pages once. */
export type ChatEvent =
  | { readonly type: "task-due"; readonly task: Task }
  | { readonly type: "deleted" };

/** What a page can ask of the agent of a conversation. */
export interface ChatApi {
  readonly state: ChatState;
  cancelTask(id: string): Promise<boolean>;
}

export type ChatMessage = UIMessage<{
  /** When it was said, in milliseconds since 1970. */
  at?: number;
  /** Set on what a scheduled task says when it is due. */
  task?: boolean;
  /** Why the model stopped; an answer without one was cut short. */
  finishReason?: string;
}>;

/** A conversation in a visitor's list. */
export interface Conversation {
  readonly id: string;
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  /** Whether this visitor began it; deleting it then deletes it for everybody. */
  readonly own: boolean;
}

/** A visitor's list, the latest first. Only the agent changes it. */
export interface DirectoryState {
  readonly conversations: readonly Conversation[];
}

/** A conversation that has what was searched for. */
export interface Found {
  readonly id: string;
  /** The words around it; empty when only the title fits. */
  readonly excerpt: string;
}

/** What a page can ask of a visitor's list. */
export interface DirectoryApi {
  readonly state: DirectoryState;
  open(id: string): Promise<void>;
  rename(id: string, title: string): Promise<void>;
  remove(id: string): Promise<void>;
  search(words: string): Promise<Found[]>;
}

export const limits = {
  /** Characters of a conversation's title. */
  title: 80,
  /** Characters that one can search for. */
  search: 100,
  /** Characters of a conversation that are searched, the latest ones. */
  searched: 200_000,
  /** Pictures that one message may bring. */
  files: 4,
} as const;

/**
 * The name of a visitor or of a conversation: 128 random bits, so that nobody finds one by trying.
 * Whoever knows the name of a conversation can read it and write in it; that is how it is shared.
 */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export function isId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{22}$/.test(value);
}

/** A title in one line of at most {@link limits.title} characters. */
export function toTitle(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  if (line.length <= limits.title) return line;
  return `${line.slice(0, limits.title - 1).trimEnd()}…`;
}
