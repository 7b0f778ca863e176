import { useEffect } from "react";
import type { Reminder } from "../protocol.ts";
import { ClockIcon, CloseIcon } from "./icons.tsx";

/** Milliseconds that a notice stays; what it says is in the conversation as well. */
const SHOWN_FOR = 12_000;

interface ToastsProps {
  reminders: readonly Reminder[];
  onDismiss(id: string): void;
}

/** Says that a reminder has fired, wherever the person is looking. */
export function Toasts({ reminders, onDismiss }: ToastsProps) {
  return (
    <div role="status" aria-label="Notices" className="lg:col-start-2">
      {reminders.map((reminder) => (
        <Toast key={reminder.id} reminder={reminder} onDismiss={onDismiss} />
      ))}
    </div>
  );
}

function Toast({ reminder, onDismiss }: { reminder: Reminder; onDismiss(id: string): void }) {
  useEffect(() => {
    const timer = setTimeout(() => onDismiss(reminder.id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [reminder.id, onDismiss]);

  return (
    <div className="flex animate-arrive items-center gap-3 bg-accent px-4 py-2 text-on-accent sm:px-6">
      <ClockIcon />
      <p className="min-w-0 flex-1 wrap-anywhere">
        <span className="sr-only">Reminder: </span>
        <span className="font-semibold">{reminder.text}</span>
      </p>
      <button
        type="button"
        className="grid size-8 shrink-0 place-items-center focus-visible:outline-on-accent"
        aria-label="Dismiss"
        onClick={() => onDismiss(reminder.id)}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
