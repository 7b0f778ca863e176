import { useEffect, useRef, useState } from "react";
import type { ChatMessage } from "../protocol.ts";
import { button, field, mainButton } from "./ui.ts";

interface EditMessageProps {
  message: ChatMessage;
  onSave(text: string): void;
  /** Tells what had the focus before. */
  onCancel(before: Element | null): void;
}

/** Says something again in other words; what came after it goes. */
export function EditMessage({ message, onSave, onCancel }: EditMessageProps) {
  const [text, setText] = useState(() =>
    message.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n"),
  );
  const area = useRef<HTMLTextAreaElement>(null);
  const before = useRef<Element>(null);
  useEffect(() => {
    before.current ??= document.activeElement;
    const element = area.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  const cancel = () => onCancel(before.current);
  const save = () => {
    if (text.trim() !== "") onSave(text.trim());
  };

  return (
    <form
      aria-label="Edit your message"
      className="w-full"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Kept message={message} />
      <textarea
        ref={area}
        aria-label="Your message"
        className={`${field} field-sizing-content max-h-80 min-h-20 resize-none`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.preventDefault();
            cancel();
          }
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          save();
        }}
      />
      <p className="mt-2 flex items-center justify-end gap-3">
        <span className="mr-auto text-sm text-quiet">What came after it is dropped.</span>
        <button type="button" className={button} onClick={cancel}>
          Cancel
        </button>
        <button type="submit" className={mainButton} disabled={text.trim() === ""}>
          Send
        </button>
      </p>
    </form>
  );
}

/** The pictures of the message, which go along again. */
function Kept({ message }: { message: ChatMessage }) {
  const pictures = message.parts.filter((part) => part.type === "file");
  if (pictures.length === 0) return null;
  return (
    <ul aria-label="Pictures that stay" className="mb-2 flex flex-wrap gap-2">
      {pictures.map(({ url, filename = "Picture" }) => (
        <li key={url}>
          <img src={url} alt={filename} className="size-16 rounded-lg object-cover" />
        </li>
      ))}
    </ul>
  );
}
