import { Suspense, useState } from "react";
import type { ChatHandle } from "./chat-page.tsx";
import type { Line } from "./connection.ts";
import { ConnectionStatus } from "./connection-status.tsx";
import { Clock, Menu, Share2 } from "./icons.ts";
import { ShareDialog, TasksDialog } from "./lazy-dialogs.tsx";
import { iconButton } from "./ui.ts";

interface HeaderProps {
  id: string;
  agent: ChatHandle;
  line: Line;
  onMenu(): void;
}

/** What the conversation is about, how the connection is, and what can be done with it. */
export function Header({ id, agent, line, onMenu }: HeaderProps) {
  const { title = "", model, tasks = [] } = agent.state ?? {};
  const [shown, setShown] = useState<"tasks" | "share">();
  const close = () => setShown(undefined);
  return (
    <header className="flex min-h-14 items-center gap-1 border-b border-rule px-2 sm:px-4">
      <button
        type="button"
        className={`${iconButton} lg:hidden`}
        aria-label="Conversations"
        onClick={onMenu}
      >
        <Menu size={20} aria-hidden="true" />
      </button>
      <div className="min-w-0 flex-1 px-1">
        <h1 className="truncate font-semibold">
          {/* Until the agent has told, it may be any. */}
          {agent.state ? title || "New conversation" : "\u00a0"}
        </h1>
        <div className="flex min-w-0 items-center gap-2 text-xs text-quiet">
          <ConnectionStatus line={line} onRetry={() => agent.reconnect()} />
          {model && (
            <p className="truncate" title={`${model.provider} · ${model.name}`}>
              <span className="sr-only">Model: </span>
              {model.provider}
              {model.name && <span className="max-sm:hidden"> · {model.name}</span>}
            </p>
          )}
        </div>
      </div>
      <button
        type="button"
        className={`${iconButton} relative`}
        aria-label={`Scheduled: ${tasks.length}`}
        title="Scheduled"
        onClick={() => setShown("tasks")}
      >
        <Clock size={18} aria-hidden="true" />
        {tasks.length > 0 && (
          <span
            aria-hidden="true"
            className="absolute top-0.5 right-0.5 min-w-4 rounded-full bg-accent px-1 text-center text-[0.6875rem] leading-4 font-semibold text-on-accent"
          >
            {tasks.length}
          </span>
        )}
      </button>
      <button
        type="button"
        className={iconButton}
        aria-label="Share"
        title="Share"
        onClick={() => setShown("share")}
      >
        <Share2 size={18} aria-hidden="true" />
      </button>
      <Suspense>
        {shown === "share" && <ShareDialog id={id} begun={title !== ""} onClose={close} />}
        {shown === "tasks" && (
          <TasksDialog
            tasks={tasks}
            onCancel={(task) => agent.stub.cancelTask(task)}
            onClose={close}
          />
        )}
      </Suspense>
    </header>
  );
}
