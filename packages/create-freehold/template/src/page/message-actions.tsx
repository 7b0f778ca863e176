import type { ChatMessage } from "../protocol.ts";
import { CopyButton } from "./copy-button.tsx";
import { Pencil, RotateCcw } from "./icons.ts";
import { smallIconButton } from "./ui.ts";

interface MessageActionsProps {
  message: ChatMessage;
  canAct: boolean;
  onEdit(): void;
  onRegenerate(): void;
}

/** What can be done with a message. Editing and answering anew drop what came after it. */
export function MessageActions({ message, canAct, onEdit, onRegenerate }: MessageActionsProps) {
  const text = message.parts
    .flatMap((part) => (part.type === "text" ? [part.text] : []))
    .join("\n\n");
  return (
    <>
      {text !== "" && <CopyButton text={text} label="Copy the message" />}
      {message.role === "user" && (
        <button
          type="button"
          className={smallIconButton}
          data-edit
          aria-label="Edit the message"
          title="Edit"
          disabled={!canAct}
          onClick={onEdit}
        >
          <Pencil size={15} aria-hidden="true" />
        </button>
      )}
      {message.role === "assistant" && !message.metadata?.task && (
        <button
          type="button"
          className={smallIconButton}
          aria-label="Answer anew"
          title="Answer anew"
          disabled={!canAct}
          onClick={onRegenerate}
        >
          <RotateCcw size={15} aria-hidden="true" />
        </button>
      )}
    </>
  );
}
