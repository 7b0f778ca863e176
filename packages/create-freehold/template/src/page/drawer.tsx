import { Dialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { backdrop } from "./ui.ts";

interface DrawerProps {
  onClose(): void;
  children: ReactNode;
}

/** On a narrow screen the list of conversations comes in from the side. */
export function Drawer({ onClose, children }: DrawerProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrop} />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-30 w-[min(20rem,85vw)] border-r border-rule bg-shade shadow-xl transition-transform data-starting-style:-translate-x-full data-ending-style:-translate-x-full">
          <Dialog.Title className="sr-only">Conversations</Dialog.Title>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
