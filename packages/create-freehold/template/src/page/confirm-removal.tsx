import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useState } from "react";
import type { Conversation } from "../protocol.ts";
import { backdrop, button, dangerButton, dialog, dialogActions } from "./ui.ts";

interface ConfirmRemovalProps {
  conversation: Conversation;
  onClose(): void;
  onConfirm(): Promise<void>;
}

/** Asks before a conversation goes. */
export function ConfirmRemoval(props: ConfirmRemovalProps) {
  const { conversation, onClose, onConfirm } = props;
  const [problem, setProblem] = useState("");
  const { own, title } = conversation;

  const confirm = async () => {
    setProblem("");
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "That did not work.");
    }
  };

  return (
    <AlertDialog.Root open onOpenChange={(open) => open || onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={`${backdrop} z-40`} forceRender />
        <AlertDialog.Popup className={`${dialog} z-40`}>
          <AlertDialog.Title className="text-lg font-semibold">
            {own ? "Delete this conversation?" : "Take this conversation from your list?"}
          </AlertDialog.Title>
          <p className="mt-2 line-clamp-3 font-semibold wrap-anywhere">{title}</p>
          <AlertDialog.Description className="mt-2 text-quiet">
            {own
              ? "Its messages and reminders are deleted for good, for everybody who has its link."
              : "It stays for the one who began it, and its link brings it back."}
          </AlertDialog.Description>
          <p role="alert" className="mt-2 text-sm text-fault empty:hidden">
            {problem}
          </p>
          <div className={dialogActions}>
            <AlertDialog.Close className={button}>Keep it</AlertDialog.Close>
            <button type="button" className={dangerButton} onClick={() => void confirm()}>
              {own ? "Delete" : "Take it away"}
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
