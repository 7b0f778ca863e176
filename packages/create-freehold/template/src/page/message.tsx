import { isToolUIPart } from "ai";
import { lazy, memo, type RefObject, Suspense, useRef } from "react";
import type { ChatMessage } from "../protocol.ts";
import { EditMessage } from "./edit-message.tsx";
import { timeOfDay } from "./format.ts";
import { Clock } from "./icons.ts";
import { MessageActions } from "./message-actions.tsx";
import { loadMessageParts } from "./preload.ts";
import { late } from "./ui.ts";

// Markdown and tools load behind the first screen.
const MessageParts = lazy(loadMessageParts);

interface MessageProps {
  message: ChatMessage;
  isLast: boolean;
  streaming: boolean;
  debug: boolean;
  canAct: boolean;
  isEditing: boolean;
  onEditing(id: string | undefined): void;
  onEdit(message: ChatMessage, text: string): void;
  onRegenerate(id: string): void;
  onApproval(id: string, approved: boolean): void;
}

/** One message: a person's on the right, an answer over the whole width. */
export const Message = memo(
  function Message(props: MessageProps) {
    const { message, isLast, streaming, debug, canAct, isEditing } = props;
    const article = useRef<HTMLElement>(null);
    const { at, task } = message.metadata ?? {};
    const isPerson = message.role === "user";
    const unfinished = isUnfinished(message);
    const speaker = isPerson ? "You" : task ? "Reminder" : "Agent";

    return (
      <article
        ref={article}
        aria-label={speaker}
        aria-busy={streaming}
        className={`group/message flex flex-col ${isPerson || task ? "mt-6" : "mt-1"} ${isPerson ? "items-end" : "items-stretch"}`}
      >
        {task && (
          <p className="mb-1 flex items-center gap-2 text-sm font-semibold text-accent">
            <Clock size={15} aria-hidden="true" />
            Reminder
          </p>
        )}
        {isEditing ? (
          <EditMessage
            message={message}
            onSave={(text) => props.onEdit(message, text)}
            onCancel={(before) => {
              props.onEditing(undefined);
              focusAgain(before, article);
            }}
          />
        ) : (
          <div
            className={
              isPerson
                ? "flex max-w-[85%] flex-col gap-2 rounded-2xl rounded-br-md bg-said px-4 py-2.5"
                : `flex min-w-0 flex-col gap-3 ${task ? "border-l-2 border-accent pl-4" : ""}`
            }
          >
            <Suspense fallback={<PlainText message={message} />}>
              <MessageParts message={message} streaming={streaming} onApproval={props.onApproval} />
            </Suspense>
          </div>
        )}
        {!isEditing && !streaming && (
          <div
            className={`mt-1 flex min-h-8 items-center gap-0.5 transition-opacity ${isPerson ? "-mr-1" : "-ml-2"} ${isLast || unfinished ? "" : "pointer-fine:opacity-0 pointer-fine:group-focus-within/message:opacity-100 pointer-fine:group-hover/message:opacity-100"}`}
          >
            <MessageActions
              message={message}
              canAct={canAct}
              onEdit={() => props.onEditing(message.id)}
              onRegenerate={() => props.onRegenerate(message.id)}
            />
            {at !== undefined && (
              <time dateTime={new Date(at).toISOString()} className="px-1 text-xs text-quiet">
                {timeOfDay(at)}
              </time>
            )}
            {unfinished && <span className={`${late} text-xs text-quiet`}>· Not finished</span>}
          </div>
        )}
        {debug && (
          <details className="mt-1 w-full rounded-lg border border-dashed border-edge text-sm">
            <summary className="cursor-pointer px-3 py-1.5 text-quiet">Raw message</summary>
            <pre
              className="max-h-96 overflow-auto px-3 pb-3 font-mono text-xs"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
              tabIndex={0}
            >
              {JSON.stringify(message, null, 2)}
            </pre>
          </details>
        )}
      </article>
    );
  },
  // The callbacks do the same each time.
  (a, b) =>
    a.message === b.message &&
    a.isLast === b.isLast &&
    a.streaming === b.streaming &&
    a.debug === b.debug &&
    a.canAct === b.canAct &&
    a.isEditing === b.isEditing,
);

/** Back to where the edit began: the field, or the pencil, which is about to be drawn again. */
function focusAgain(before: Element | null, article: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() => {
    const pencil = article.current?.querySelector("button[data-edit]");
    const target = before?.isConnected && before !== document.body ? before : pencil;
    if (target instanceof HTMLElement) target.focus();
  });
}

/** Whether an answer was stopped or broke off. */
function isUnfinished({ role, metadata, parts }: ChatMessage): boolean {
  if (role !== "assistant" || metadata?.task || metadata?.finishReason) return false;
  return !parts.some((part) => isToolUIPart(part) && part.state === "approval-requested");
}

function PlainText({ message }: { message: ChatMessage }) {
  const words = message.parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const text = words.join("\n\n");
  return <p className="wrap-anywhere whitespace-pre-wrap">{text}</p>;
}
