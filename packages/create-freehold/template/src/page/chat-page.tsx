import { useAgent } from "@freehold/agents/react";
import { Suspense, useCallback, useEffect, useState } from "react";
import type { ChatApi, ChatEvent, ChatState, Task } from "../protocol.ts";
import { useLine } from "./connection.ts";
import { Conversation } from "./conversation.tsx";
import { Header } from "./header.tsx";
import { Toasts } from "./toasts.tsx";
import { button, late } from "./ui.ts";
import type { Directory } from "./use-directory.ts";

interface ChatPageProps {
  id: string;
  directory: Directory;
  /** Whether raw messages and frames are shown. */
  debug: boolean;
  onBegin(id: string): void;
  onNew(): void;
  onMenu(): void;
}

/** One conversation: the connection to its agent, and everything that shows it. */
export function ChatPage({ id, directory, debug, onBegin, onNew, onMenu }: ChatPageProps) {
  const [due, setDue] = useState<readonly Task[]>([]);
  const [deleted, setDeleted] = useState(false);

  const onMessage = useCallback(({ data }: MessageEvent) => {
    const event = chatEvent(data);
    if (event?.type === "deleted") setDeleted(true);
    if (event?.type === "task-due") setDue((known) => [...known, event.task]);
  }, []);
  const dismiss = useCallback(
    (task: Task) => setDue((known) => known.filter((each) => each !== task)),
    [],
  );
  const agent = useAgent<ChatApi, ChatState>({
    agent: "ChatAgent",
    name: id,
    enabled: !deleted,
    onMessage,
  });
  const line = useLine(agent);
  const title = agent.state?.title;
  useEffect(() => {
    document.title = title ? `${title} · Freehold` : "Freehold";
  }, [title]);

  return (
    <div className="grid h-dvh min-w-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
      <Header id={id} agent={agent} line={line} onMenu={onMenu} />
      <main className="relative min-h-0">
        <Toasts tasks={due} onDismiss={dismiss} />
        {deleted ? (
          <Deleted onNew={onNew} />
        ) : (
          <Suspense fallback={<Opening />}>
            <Conversation
              agent={agent}
              line={line}
              debug={debug}
              remember={directory.remember}
              onBegin={onBegin}
            />
          </Suspense>
        )}
      </main>
    </div>
  );
}

export type ChatHandle = ReturnType<typeof useAgent<ChatApi, ChatState>>;

function Opening() {
  return (
    <p role="status" className={`mx-auto max-w-3xl px-6 py-10 text-quiet ${late}`}>
      Opening the conversation …
    </p>
  );
}

function Deleted({ onNew }: { onNew(): void }) {
  return (
    <div role="alert" className="mx-auto max-w-3xl px-6 py-16">
      <h1 className="text-xl font-semibold">This conversation has been deleted</h1>
      <p className="mt-2 text-quiet">Whoever began it has deleted it.</p>
      <button type="button" className={`${button} mt-6`} onClick={onNew}>
        Begin a new one
      </button>
    </div>
  );
}

const EVENT_TYPES: ReadonlySet<unknown> = new Set(["task-due", "deleted"]);

/** Frames of the conversation and of the state share the socket and are not for us. */
function chatEvent(data: unknown): ChatEvent | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const frame: unknown = JSON.parse(data);
    const isEvent = typeof frame === "object" && frame !== null && "type" in frame;
    return isEvent && EVENT_TYPES.has(frame.type) ? (frame as ChatEvent) : undefined;
  } catch {
    return undefined;
  }
}
