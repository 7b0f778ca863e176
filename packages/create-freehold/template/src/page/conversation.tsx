import { useAgentChat } from "@freehold/agents/chat/react";
import { isToolUIPart } from "ai";
import { useEffect, useRef } from "react";
import type { AgentState, ChatMessage, ModelInfo } from "../protocol.ts";
import { Announcer } from "./announcer.tsx";
import { Composer } from "./composer.tsx";
import type { Line } from "./connection.ts";
import { EmptyConversation } from "./empty-conversation.tsx";
import { Entry } from "./entry.tsx";
import { dayOf } from "./format.ts";
import type { AgentHandle } from "./use-chat-agent.ts";
import { usePinnedToEnd } from "./use-pinned-to-end.ts";

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

interface ConversationProps {
  agent: AgentHandle;
  line: Line;
  model: ModelInfo | undefined;
}

export function Conversation({ agent, line, model }: ConversationProps) {
  const {
    messages,
    sendMessage,
    regenerate,
    clearHistory,
    clearError,
    stop,
    status,
    error,
    ...chat
  } = useAgentChat<AgentState, ChatMessage>({ agent, body: { timeZone } });
  const busy = status === "submitted" || chat.isStreaming;
  const agentName = agent.state?.name ?? "";
  const composer = useRef<HTMLTextAreaElement>(null);
  const { scroller, atEnd, toEnd } = usePinnedToEnd();
  useEscape(busy, stop);

  const send = (text: string) => {
    clearError();
    toEnd();
    void sendMessage({ text, metadata: { at: Date.now() } });
    composer.current?.focus();
  };

  const clear = () => {
    const sure = "Delete this conversation for good? State and reminders stay.";
    if (window.confirm(sure)) clearHistory();
  };

  return (
    <div className="grid h-full grid-rows-[minmax(0,1fr)_auto]">
      <div className="relative min-h-0">
        <section
          ref={scroller}
          className="h-full overflow-y-auto px-4 sm:px-6"
          aria-label="Messages"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
        >
          <div className="mx-auto flex min-h-full max-w-3xl flex-col py-8">
            {messages.length === 0 ? (
              <EmptyConversation
                agentName={agentName}
                offline={model?.kind === "offline"}
                disabled={line !== "connected" || busy}
                onChoose={send}
              />
            ) : (
              <>
                <Transcript messages={messages} agentName={agentName} streaming={busy} />
                {error && !busy && line === "connected" && (
                  <Failure error={error} onRetry={() => void regenerate()} onDismiss={clearError} />
                )}
              </>
            )}
          </div>
        </section>
        {!atEnd && (
          <button
            type="button"
            className="button absolute bottom-3 left-1/2 -translate-x-1/2 bg-paper"
            onClick={toEnd}
          >
            To the latest
          </button>
        )}
      </div>
      <Composer
        ref={composer}
        agentName={agentName}
        draftKey={`draft:${agent.name}`}
        line={line}
        busy={busy}
        onSend={send}
        onStop={() => void stop()}
      >
        {model && line === "connected" && <span className="sm:hidden">{model.name}</span>}
        {messages.length > 0 && (
          <button
            type="button"
            className="link ml-auto disabled:no-underline"
            disabled={line !== "connected"}
            onClick={clear}
          >
            Clear<span className="max-sm:sr-only"> the conversation</span>
          </button>
        )}
      </Composer>
      <Announcer messages={messages} busy={busy} agentName={agentName} />
    </div>
  );
}

interface TranscriptProps {
  messages: readonly ChatMessage[];
  agentName: string;
  streaming: boolean;
}

/** Silent for screen readers while it streams; the announcer reads each answer when it is whole. */
function Transcript({ messages, agentName, streaming }: TranscriptProps) {
  const last = messages.at(-1);
  const now = Date.now();
  let day = "";
  return (
    <div role="log" aria-label="Conversation" aria-live="off" aria-busy={streaming}>
      {messages.filter(hasContent).map((message) => {
        const before = day;
        if (message.metadata?.at !== undefined) day = dayOf(message.metadata.at, now);
        return (
          <div key={message.id} className="group">
            {day !== before && <DayRule day={day} />}
            <Entry
              message={message}
              agentName={agentName}
              streaming={streaming && message === last && message.role === "assistant"}
            />
          </div>
        );
      })}
      {streaming && !(last && last.role === "assistant" && hasContent(last)) && (
        <p className="pt-3 text-quiet sm:pl-32">
          <span className="sr-only">Thinking</span>
          <span aria-hidden="true" className="inline-block h-4 w-2 animate-caret bg-accent" />
        </p>
      )}
    </div>
  );
}

/** An answer that failed before its first word has none. */
function hasContent({ role, parts }: ChatMessage): boolean {
  return role === "user" || parts.some((part) => part.type === "text" || isToolUIPart(part));
}

function DayRule({ day }: { day: string }) {
  return (
    <p className="caption -mb-3 flex items-center gap-6 not-group-first:mt-10">
      <span className="sm:w-26 sm:text-right">{day}</span>
      <span aria-hidden="true" className="h-px flex-1 bg-rule" />
    </p>
  );
}

interface FailureProps {
  error: Error;
  onRetry(): void;
  onDismiss(): void;
}

function Failure({ error, onRetry, onDismiss }: FailureProps) {
  return (
    <div role="alert" className="mt-6 border-l-2 border-fault pl-4 sm:ml-32">
      <p className="font-semibold text-fault">There was no whole answer.</p>
      <p className="mt-1 text-sm wrap-anywhere text-quiet">{error.message}</p>
      <p className="mt-2 flex gap-5">
        <button type="button" className="link font-semibold" onClick={onRetry}>
          Try again
        </button>
        <button type="button" className="link" onClick={onDismiss}>
          Dismiss
        </button>
      </p>
    </div>
  );
}

function useEscape(enabled: boolean, action: () => unknown): void {
  const latest = useRef(action);
  latest.current = action;
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (key === "Escape") latest.current();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [enabled]);
}
