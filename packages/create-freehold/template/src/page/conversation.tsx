import { useAgentChat } from "@freehold/agents/chat/react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { ChatMessage, ChatState } from "../protocol.ts";
import { Announcer } from "./announcer.tsx";
import type { ChatHandle } from "./chat-page.tsx";
import { answerTool } from "./client-tools.ts";
import { Composer, type Draft } from "./composer.tsx";
import type { Line } from "./connection.ts";
import { EmptyConversation } from "./empty-conversation.tsx";
import { Failure } from "./failure.tsx";
import { focusMessageUnlessTouched } from "./focus.ts";
import { ArrowDown } from "./icons.ts";
import { NoAnswer } from "./no-answer.tsx";
import { hasContent, Transcript } from "./transcript.tsx";
import { button } from "./ui.ts";
import { useEscape } from "./use-escape.ts";
import { usePinnedToEnd } from "./use-pinned-to-end.ts";

const FramesPanel = lazy(() => import("./frames-panel.tsx"));

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

interface ConversationProps {
  agent: ChatHandle;
  line: Line;
  debug: boolean;
  /** Puts the conversation into the visitor's list. */
  remember(id: string): void;
  /** There are messages now. */
  onBegin(id: string): void;
}

export function Conversation({ agent, line, debug, remember, onBegin }: ConversationProps) {
  const chat = useAgentChat<ChatState, ChatMessage>({
    agent,
    body: { timeZone },
    onToolCall: answerTool,
  });
  const { messages, status, error } = chat;
  const busy = status === "submitted" || chat.isStreaming;
  const connected = line === "connected";
  const [editing, setEditing] = useState<string>();
  const { scroller, atEnd, toEnd } = usePinnedToEnd(messages.length > 0);
  useEscape(busy, chat.stop);

  const begun = messages.length > 0;
  const lastShown = messages.findLast(hasContent);
  useEffect(() => {
    if (!begun || !connected) return;
    onBegin(agent.name);
    remember(agent.name);
  }, [begun, connected, agent.name, onBegin, remember]);

  const send = ({ text, files }: Draft) => {
    chat.clearError();
    toEnd();
    void chat.sendMessage({ text, files: [...files], metadata: { at: Date.now() } });
    focusMessageUnlessTouched();
  };
  const edit = (message: ChatMessage, text: string) => {
    setEditing(undefined);
    chat.clearError();
    toEnd();
    const files = message.parts.filter((part) => part.type === "file");
    const metadata = { at: Date.now() };
    void chat.sendMessage({ text, files, metadata, messageId: message.id });
    focusMessageUnlessTouched();
  };
  const retry = () => {
    void chat.regenerate();
    focusMessageUnlessTouched();
  };
  const editLast = () => setEditing(messages.findLast(({ role }) => role === "user")?.id);

  return (
    <div className="flex h-full flex-col">
      <div className="relative min-h-0 flex-1">
        <section
          ref={scroller}
          className="h-full overflow-y-auto px-4 sm:px-6"
          aria-label="Messages"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
        >
          <div className="mx-auto flex min-h-full max-w-3xl flex-col py-6">
            {begun ? (
              <Transcript
                messages={messages}
                busy={busy}
                debug={debug}
                canAct={connected && !busy}
                editing={editing}
                onEditing={setEditing}
                onEdit={edit}
                onRegenerate={(messageId) => void chat.regenerate({ messageId })}
                onApproval={(id, approved) => chat.addToolApprovalResponse({ id, approved })}
              />
            ) : (
              <EmptyConversation
                offline={agent.state?.model?.kind === "offline"}
                disabled={!connected || busy}
                onChoose={(text) => send({ text, files: [] })}
              />
            )}
            {chat.isRecovering && (
              <p role="status" className="mt-4 text-sm text-wait">
                The answer was interrupted; the agent is taking it up again.
              </p>
            )}
            {!error && !busy && connected && lastShown?.role === "user" && (
              <NoAnswer onRetry={retry} />
            )}
            {error && !busy && connected && (
              <Failure
                error={error}
                onRetry={retry}
                onDismiss={() => {
                  chat.clearError();
                  focusMessageUnlessTouched();
                }}
              />
            )}
          </div>
        </section>
        {!atEnd && (
          <button
            type="button"
            className={`${button} absolute bottom-3 left-1/2 -translate-x-1/2 bg-paper shadow-md`}
            onClick={toEnd}
          >
            <ArrowDown size={16} aria-hidden="true" />
            To the latest
          </button>
        )}
      </div>
      <Composer
        conversation={agent.name}
        connected={connected}
        busy={busy}
        onSend={send}
        onStop={() => void chat.stop()}
        onEditLast={editLast}
      />
      <Announcer messages={messages} busy={busy} />
      {debug && (
        <Suspense>
          <FramesPanel agent={agent} />
        </Suspense>
      )}
    </div>
  );
}
