import { Dialog } from "@base-ui/react/dialog";
import { useState } from "react";
import type { Task } from "../protocol.ts";
import { countdown, dateAndTime } from "./format.ts";
import { backdrop, button, dialog, dialogActions } from "./ui.ts";
import { useNow } from "./use-now.ts";

interface TasksDialogProps {
  tasks: readonly Task[];
  onCancel(id: string): Promise<unknown>;
  onClose(): void;
}

/** What is scheduled in this conversation. */
export function TasksDialog({ tasks, onCancel, onClose }: TasksDialogProps) {
  const [problem, setProblem] = useState("");
  const now = useNow(tasks.length > 0);

  const cancel = async (id: string) => {
    setProblem("");
    await onCancel(id).catch(() => setProblem("It could not be cancelled. Try again."));
  };

  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrop} />
        <Dialog.Popup className={dialog}>
          <Dialog.Title className="text-lg font-semibold">Scheduled</Dialog.Title>
          <Dialog.Description className="mt-1 text-sm text-quiet">
            Reminders of this conversation. They also come when the page is closed, and after the
            server was down.
          </Dialog.Description>
          {tasks.length === 0 && (
            <p className="mt-4">
              None. Say, for example, <em>remind me tomorrow at 9:00 to water the plants</em>.
            </p>
          )}
          <ul aria-label="Scheduled tasks" className="mt-4 divide-y divide-rule">
            {tasks.map((task) => (
              <li key={task.id} className="flex items-center gap-3 py-2">
                <div className="min-w-0 flex-1">
                  <p className="wrap-anywhere">{task.text}</p>
                  <p className="text-sm text-quiet tabular-nums">
                    {dateAndTime(task.dueAt)}, {countdown(task.dueAt - now)}
                    {task.cron && <> · repeats ({task.cron})</>}
                  </p>
                </div>
                <button
                  type="button"
                  className={button}
                  aria-label={`Cancel: ${task.text}`}
                  onClick={() => void cancel(task.id)}
                >
                  Cancel
                </button>
              </li>
            ))}
          </ul>
          <p role="alert" className="text-sm text-fault empty:hidden">
            {problem}
          </p>
          <div className={dialogActions}>
            <Dialog.Close className={button}>Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
