import { useEffect } from "react";
import type { Task } from "../protocol.ts";
import { Clock, X } from "./icons.ts";
import { smallIconButton } from "./ui.ts";

/** Milliseconds that a notice stays; what it says is in the conversation as well. */
const SHOWN_FOR = 12_000;

interface ToastsProps {
  tasks: readonly Task[];
  onDismiss(task: Task): void;
}

/** Says that a task is due, wherever the person is looking. Lies over the messages, moves nothing. */
export function Toasts({ tasks, onDismiss }: ToastsProps) {
  return (
    <div
      role="status"
      aria-label="Notices"
      className="pointer-events-none absolute inset-x-3 top-3 z-10 flex flex-col items-center gap-2"
    >
      {tasks.map((task) => (
        <Toast key={`${task.id}-${task.dueAt}`} task={task} onDismiss={onDismiss} />
      ))}
    </div>
  );
}

function Toast({ task, onDismiss }: { task: Task; onDismiss(task: Task): void }) {
  useEffect(() => {
    const timer = setTimeout(() => onDismiss(task), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [task, onDismiss]);

  return (
    <div className="pointer-events-auto flex w-full max-w-md items-center gap-3 rounded-xl border border-accent bg-paper py-2 pr-2 pl-4 shadow-lg">
      <Clock size={18} aria-hidden="true" className="shrink-0 text-accent" />
      <p className="min-w-0 flex-1 wrap-anywhere">
        <span className="block text-xs text-quiet">Reminder</span>
        <span className="line-clamp-3 font-semibold">{task.text}</span>
      </p>
      <button
        type="button"
        className={smallIconButton}
        aria-label="Dismiss"
        title="Dismiss"
        onClick={() => onDismiss(task)}
      >
        <X size={18} aria-hidden="true" />
      </button>
    </div>
  );
}
