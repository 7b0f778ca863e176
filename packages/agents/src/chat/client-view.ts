/**
 * A client's copy of the conversation, which may be old: what of it is taken.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { reconcileMessages } from "./reconcile.ts";
import type { Superseded } from "./superseded.ts";

/** Whose copy it is, and what it came for. */
export interface CopyOrigin {
  /** Id of the connection. */
  readonly by: string;
  /** Id of the message that is asked with it: what is asked now is not old, whatever became of it. */
  readonly asked?: string | undefined;
  /** Whether that message may say something else than before. */
  readonly isEdit?: boolean;
}

/** What is known here. */
export interface KnownConversation {
  readonly messages: readonly UIMessage[];
  /** Id of the answer under way, which its turn stores. */
  readonly underWay: string | undefined;
  readonly superseded: Superseded;
}

/** What is taken of a copy. */
export interface ClientView {
  readonly messages: readonly UIMessage[];
  /** Each of its messages is there: none has been taken away by somebody else. */
  readonly isWhole: boolean;
  /** Each of them says what the client's says. */
  readonly isCurrent: boolean;
}

/**
 * Reads a copy. What users said is taken, unless it is a version that somebody else has replaced
 * since. Of what the agent said only results of open calls and metadata are. What somebody else has
 * taken away does not come back.
 */
export function clientView(
  copy: readonly UIMessage[],
  { messages: known, superseded, underWay }: KnownConversation,
  { asked, by, isEdit = false }: CopyOrigin,
): ClientView {
  const own = new Map(known.map((message) => [message.id, message]));
  const isThere = ({ id }: UIMessage) => own.has(id) || id === asked || !superseded.isGone(id, by);
  const there = copy.filter(({ id }) => id !== underWay);
  const left = there.filter(isThere);
  const isOld = (message: UIMessage) =>
    !(isEdit && message.id === asked) && superseded.isOld(message, by);
  const messages = reconcileMessages(left, known, { keepsAnswers: true }).map((message, index) => {
    const before = own.get(message.id);
    if (!before) return message;
    if (before.role === "user") return isOld(message) ? before : message;
    return withMetadata(message, left[index], isOld);
  });
  const isCurrent = messages.every((message, index) => saysTheSame(message, left[index]));
  const isWhole = left.length === there.length;
  return { messages, isWhole, isCurrent: isWhole && isCurrent };
}

/** An answer with what a client keeps beside it, such as whether it was liked. */
function withMetadata(
  answer: UIMessage,
  told: UIMessage | undefined,
  isOld: (message: UIMessage) => boolean,
): UIMessage {
  const metadata = told?.role === answer.role ? told.metadata : undefined;
  if (metadata === undefined) return answer;
  if (JSON.stringify(metadata) === JSON.stringify(answer.metadata)) return answer;
  const changed = { ...answer, metadata };
  return isOld(changed) ? answer : changed;
}

function saysTheSame(message: UIMessage, told: UIMessage | undefined): boolean {
  return message === told || (told !== undefined && wordsOf(message) === wordsOf(told));
}

function wordsOf({ metadata, parts, role }: UIMessage): string {
  const words = parts.flatMap((part) => {
    if (part.type === "text") return [part.text];
    return "toolCallId" in part ? [part.toolCallId, part.state] : [];
  });
  return JSON.stringify([role, words, metadata]);
}
