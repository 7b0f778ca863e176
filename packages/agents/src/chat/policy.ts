/**
 * What becomes of a message that comes while another is being answered. Pure.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { MessageConcurrency } from "./types.ts";

/** Milliseconds of quiet that `debounce` waits for. */
const DEFAULT_DEBOUNCE_MS = 750;

/** What is done with a request. */
export interface Admission {
  /** It is refused. */
  readonly isDropped: boolean;
  /** Requests before it that have not begun are given up. */
  readonly supersedes: boolean;
  /** The user messages that waited become one. */
  readonly merges: boolean;
  /** Milliseconds that it waits for others to take its place. */
  readonly quietMs: number;
}

const WAITS: Admission = { isDropped: false, supersedes: false, merges: false, quietMs: 0 };

/** Decides. `isOverlapping`: another turn runs or waits, and this is a new message. */
export function admit(concurrency: MessageConcurrency, isOverlapping: boolean): Admission {
  if (!isOverlapping) return WAITS;
  switch (strategyOf(concurrency)) {
    case "drop":
      return { ...WAITS, isDropped: true };
    case "latest":
      return { ...WAITS, supersedes: true };
    case "merge":
      return { ...WAITS, supersedes: true, merges: true };
    case "debounce":
      return { ...WAITS, supersedes: true, quietMs: quietOf(concurrency) };
    default:
      return WAITS;
  }
}

/** What a way of dealing with messages that overlap is called. */
export function strategyOf(concurrency: MessageConcurrency): string {
  return typeof concurrency === "object" ? concurrency.strategy : concurrency;
}

/**
 * The user messages from `from` to the end as one: the last one's id and metadata, all parts, the
 * texts that meet joined by a blank line. Undefined when there is nothing to merge.
 */
export function mergeMessages(
  messages: readonly UIMessage[],
  from: string,
): { readonly message: UIMessage; readonly merged: readonly string[] } | undefined {
  const start = messages.findIndex(({ id }) => id === from);
  if (start === -1) return undefined;
  const run = messages.slice(start).filter(({ role }) => role === "user");
  const last = run.at(-1);
  if (!last || run.length < 2) return undefined;
  const parts = run.map((message) => message.parts).reduce(joined);
  return {
    message: { ...last, parts },
    merged: run.slice(0, -1).map(({ id }) => id),
  };
}

function joined(before: UIMessage["parts"], after: UIMessage["parts"]): UIMessage["parts"] {
  const [last] = before.slice(-1);
  const [first] = after;
  if (last?.type !== "text" || first?.type !== "text") return [...before, ...after];
  const text = `${last.text}\n\n${first.text}`;
  return [...before.slice(0, -1), { ...last, text }, ...after.slice(1)];
}

function quietOf(concurrency: MessageConcurrency): number {
  const asked = typeof concurrency === "object" ? concurrency.debounceMs : undefined;
  const isUsable = typeof asked === "number" && Number.isFinite(asked) && asked >= 0;
  return isUsable ? asked : DEFAULT_DEBOUNCE_MS;
}
