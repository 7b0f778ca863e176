import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useState } from "react";
import type { Line } from "./connection.ts";

interface ComposerProps {
  ref: Ref<HTMLTextAreaElement>;
  agentName: string;
  /** Where unsent text is kept. */
  draftKey: string;
  line: Line;
  busy: boolean;
  onSend(text: string): void;
  onStop(): void;
  /** Stands beside the hint below the field. */
  children: ReactNode;
}

/** Where the person writes. What is not sent yet outlives a reload and a lost connection. */
export function Composer(props: ComposerProps) {
  const { ref, agentName, draftKey, line, busy, onSend, onStop, children } = props;
  const [text, setText] = useState(() => localStorage.getItem(draftKey) ?? "");
  const connected = line === "connected";
  const empty = text.trim() === "";

  useEffect(() => {
    if (text === "") localStorage.removeItem(draftKey);
    else localStorage.setItem(draftKey, text);
  }, [draftKey, text]);

  const send = () => {
    if (!connected || busy || empty) return;
    onSend(text.trim());
    setText("");
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      aria-label="Write a message"
      className="border-t border-rule px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="mx-auto flex max-w-3xl items-end gap-3 sm:pl-32">
        <label htmlFor="message" className="sr-only">
          Message
        </label>
        <textarea
          id="message"
          ref={ref}
          rows={1}
          className="field field-sizing-content max-h-48 min-h-10 flex-1 resize-none py-1.5 text-[1.0625rem] leading-7"
          placeholder={`Write to ${agentName || "the agent"}`}
          aria-describedby="composer-hint"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {busy ? (
          <button type="button" className="button min-w-18" onClick={onStop}>
            Stop
          </button>
        ) : (
          <button
            type="submit"
            className="button button-main min-w-18"
            aria-disabled={!connected || empty}
          >
            Send
          </button>
        )}
      </div>
      <div className="mx-auto mt-1.5 flex min-h-5 max-w-3xl justify-between gap-4 text-[0.8125rem] leading-5 text-quiet sm:pl-32">
        <p id="composer-hint" className={connected ? "max-sm:sr-only" : "text-wait"}>
          {hint(connected, empty)}
        </p>
        {children}
      </div>
    </form>
  );
}

function hint(connected: boolean, empty: boolean): string {
  if (connected) return "Enter sends, Shift + Enter starts a new line, Escape stops an answer.";
  if (empty) return "Not connected. You can write already; nothing is lost.";
  return "Not connected. Your text is kept and can be sent when the connection is back.";
}
