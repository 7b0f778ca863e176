import { Dialog } from "@base-ui/react/dialog";
import { CopyButton } from "./copy-button.tsx";
import { backdrop, button, dialog, dialogActions, field } from "./ui.ts";
import { pathOf } from "./use-route.ts";

interface ShareDialogProps {
  id: string;
  /** Whether something has been said. */
  begun: boolean;
  onClose(): void;
}

/** The link to the conversation, and what it gives to whoever gets it. */
export function ShareDialog({ id, begun, onClose }: ShareDialogProps) {
  const link = `${location.origin}${pathOf(id)}`;
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrop} />
        <Dialog.Popup className={dialog}>
          <Dialog.Title className="text-lg font-semibold">Share this conversation</Dialog.Title>
          {begun ? (
            <>
              <Dialog.Description className="mt-2 text-quiet">
                Whoever has this link can read along and write, as you can. Nobody finds it by
                guessing. To take it back, delete the conversation.
              </Dialog.Description>
              <div className="mt-4 flex gap-2">
                <input
                  readOnly
                  aria-label="Link"
                  className={field}
                  value={link}
                  onFocus={(event) => event.target.select()}
                />
                <CopyButton text={link} label="Copy the link" className={button} />
              </div>
            </>
          ) : (
            <Dialog.Description className="mt-2 text-quiet">
              There is nothing to share yet. Say something first; then it has a link.
            </Dialog.Description>
          )}
          <div className={dialogActions}>
            <Dialog.Close className={button}>Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
