import { Dialog } from "@base-ui/react/dialog";
import { backdrop, button, dialog, dialogActions } from "./ui.ts";

const COMMAND = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";

const KEYS = [
  ["Enter", "Send"],
  ["Shift + Enter", "A new line"],
  ["Escape", "Stop the answer; leave a dialog or an edit"],
  ["↑", "Edit what you said last, from the empty field"],
  ["/", "To the message field"],
  [`${COMMAND} + K`, "Search the conversations"],
  [`${COMMAND} + Shift + O`, "A new conversation"],
  ["?", "This list"],
] as const;

/** The keys that the page knows. */
export function Shortcuts({ onClose }: { onClose(): void }) {
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrop} />
        <Dialog.Popup className={dialog}>
          <Dialog.Title className="text-lg font-semibold">Keys</Dialog.Title>
          <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-6 gap-y-2.5">
            {KEYS.map(([keys, effect]) => (
              <div key={keys} className="contents">
                <dt>
                  <kbd className="rounded-md border border-rule bg-shade px-1.5 py-0.5 font-mono text-sm whitespace-nowrap">
                    {keys}
                  </kbd>
                </dt>
                <dd className="text-quiet">{effect}</dd>
              </div>
            ))}
          </dl>
          <div className={dialogActions}>
            <Dialog.Close className={button}>Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
