import { isToolUIPart } from "ai";
import type { ChatMessage } from "../protocol.ts";
import { dayOf } from "./format.ts";
import { Message } from "./message.tsx";

interface TranscriptProps {
  messages: readonly ChatMessage[];
  busy: boolean;
  debug: boolean;
  /** Whether messages can be edited and answered anew. */
  canAct: boolean;
  /** The message that is being edited. */
  editing: string | undefined;
  onEditing(id: string | undefined): void;
  onEdit(message: ChatMessage, text: string): void;
  onRegenerate(id: string): void;
  onApproval(id: string, approved: boolean): void;
}

/** Silent for screen readers while it streams; the announcer reads each answer when it is whole. */
export function Transcript({ messages, busy, editing, ...rest }: TranscriptProps) {
  const last = messages.at(-1);
  const now = Date.now();
  let day = "";
  return (
    <div role="log" aria-label="Conversation" aria-live="off" aria-busy={busy}>
      {messages.filter(hasContent).map((message) => {
        const before = day;
        if (message.metadata?.at !== undefined) day = dayOf(message.metadata.at, now);
        return (
          <div key={message.id}>
            {day !== before && <DayRule day={day} />}
            <Message
              message={message}
              isLast={message === last}
              streaming={busy && message === last && message.role === "assistant"}
              isEditing={editing === message.id}
              {...rest}
            />
          </div>
        );
      })}
      {busy && !(last && last.role === "assistant" && hasContent(last)) && (
        <p className="mt-6 text-quiet">
          <span className="sr-only">Thinking</span>
          <span
            aria-hidden="true"
            className="inline-block size-3 animate-pulse rounded-full bg-accent"
          />
        </p>
      )}
    </div>
  );
}

/** Whether there is something to see. An answer that ended before its first word has nothing. */
export function hasContent({ role, parts }: ChatMessage): boolean {
  if (role === "user") return true;
  return parts.some((part) => {
    if (part.type === "text" || part.type === "reasoning") return part.text !== "";
    return part.type === "file" || isToolUIPart(part);
  });
}

function DayRule({ day }: { day: string }) {
  return (
    <p className="my-4 flex items-center gap-4 text-xs font-semibold text-quiet">
      <span aria-hidden="true" className="h-px flex-1 bg-rule" />
      {day}
      <span aria-hidden="true" className="h-px flex-1 bg-rule" />
    </p>
  );
}
