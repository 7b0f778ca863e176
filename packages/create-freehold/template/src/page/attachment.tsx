import { Dialog } from "@base-ui/react/dialog";
import type { FileUIPart } from "ai";
import { Paperclip, X } from "./icons.ts";
import { backdrop, iconButton } from "./ui.ts";

interface AttachmentProps {
  part: FileUIPart;
  /** Then it is shown as a square. */
  isOneOfMany?: boolean;
}

/** A picture that came with a message, to be looked at in full; of other files, the name. */
export function Attachment({ part, isOneOfMany = false }: AttachmentProps) {
  const name = part.filename ?? "Picture";
  if (!part.mediaType.startsWith("image/")) {
    return (
      <p className="flex items-center gap-2 text-sm">
        <Paperclip size={15} aria-hidden="true" />
        {part.filename ?? part.mediaType}
      </p>
    );
  }
  return (
    <Dialog.Root>
      <Dialog.Trigger className="block rounded-lg" aria-label={`Show ${name}`}>
        <img
          src={part.url}
          alt={name}
          className={`rounded-lg bg-paper ${isOneOfMany ? "size-28 object-cover sm:size-36" : "max-h-60 max-w-full"}`}
        />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrop} />
        <Dialog.Popup className="fixed inset-0 z-30 grid place-items-center p-4">
          <Dialog.Title className="sr-only">{name}</Dialog.Title>
          <img src={part.url} alt={name} className="max-h-[90dvh] max-w-full rounded-lg bg-paper" />
          <Dialog.Close
            className={`${iconButton} absolute top-4 right-4 bg-paper shadow-md`}
            aria-label="Close"
          >
            <X size={18} aria-hidden="true" />
          </Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
