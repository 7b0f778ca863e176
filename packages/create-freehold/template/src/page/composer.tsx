import type { FileUIPart } from "ai";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { DropZone } from "./drop-zone.tsx";
import { ArrowUp, ImagePlus, Square } from "./icons.ts";
import { Pictures } from "./pictures.tsx";
import { draft } from "./storage.ts";
import { actionButton, iconButton } from "./ui.ts";
import { usePictures } from "./use-pictures.ts";

/** What is about to be said. */
export interface Draft {
  readonly text: string;
  readonly files: readonly FileUIPart[];
}

interface ComposerProps {
  /** Whose unsent text is kept. */
  conversation: string;
  connected: boolean;
  busy: boolean;
  onSend(draft: Draft): void;
  onStop(): void;
  onEditLast(): void;
}

/** Where the person writes. What is not sent yet outlives a reload and a lost connection. */
export function Composer(props: ComposerProps) {
  const { conversation, connected, busy, onSend, onStop, onEditLast } = props;
  const [text, setText] = useState(() => draft.read(conversation));
  const { pictures, problem, add, remove, clear } = usePictures();
  const picker = useRef<HTMLInputElement>(null);
  const empty = text.trim() === "" && pictures.length === 0;

  useEffect(() => draft.write(conversation, text), [conversation, text]);

  const send = () => {
    if (!connected || busy || empty) return;
    onSend({ text: text.trim(), files: pictures });
    setText("");
    clear();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, its keys are its own.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowUp" && text === "" && !busy) {
      event.preventDefault();
      onEditLast();
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      aria-label="Write a message"
      className="px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <DropZone onDrop={add} />
      <div className="mx-auto max-w-3xl rounded-2xl border border-edge bg-paper p-2 shadow-sm focus-within:border-accent focus-within:outline-1 focus-within:outline-accent">
        <Pictures pictures={pictures} onRemove={remove} />
        <div className="flex items-end gap-1">
          <input
            ref={picker}
            type="file"
            hidden
            multiple
            accept="image/*"
            aria-label="Pictures"
            onChange={(event) => {
              void add([...(event.target.files ?? [])]);
              event.target.value = "";
            }}
          />
          <button
            type="button"
            className={iconButton}
            aria-label="Add pictures"
            title="Add pictures; pasting and dropping work too"
            onClick={() => picker.current?.click()}
          >
            <ImagePlus size={19} aria-hidden="true" />
          </button>
          <label htmlFor="message" className="sr-only">
            Message
          </label>
          <textarea
            id="message"
            rows={1}
            className="field-sizing-content max-h-48 min-h-9 flex-1 resize-none bg-transparent px-1 py-1.5 outline-none pointer-coarse:min-h-11 pointer-coarse:py-2.5"
            placeholder="Write a message"
            aria-describedby="composer-hint"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
            onPaste={(event) => {
              const files = [...event.clipboardData.files];
              if (files.length === 0) return;
              event.preventDefault();
              void add(files);
            }}
          />
          {busy ? (
            <button
              type="button"
              className={`${actionButton} bg-ink text-paper hover:bg-quiet`}
              aria-label="Stop"
              title="Stop (Escape)"
              onClick={onStop}
            >
              <Square size={14} fill="currentColor" aria-hidden="true" />
            </button>
          ) : (
            <button
              type="submit"
              className={`${actionButton} bg-accent text-on-accent hover:bg-accent-strong aria-disabled:bg-rule aria-disabled:text-quiet`}
              aria-label="Send"
              title="Send (Enter)"
              aria-disabled={!connected || empty}
            >
              <ArrowUp size={19} aria-hidden="true" />
            </button>
          )}
        </div>
      </div>
      <p role="alert" className="mx-auto mt-1.5 max-w-3xl px-2 text-sm text-fault empty:hidden">
        {problem}
      </p>
      <p
        id="composer-hint"
        className={`mx-auto mt-1.5 max-w-3xl px-2 text-xs ${connected ? "text-quiet max-sm:sr-only" : "text-wait"}`}
      >
        {hint(connected, empty)}
      </p>
    </form>
  );
}

function hint(connected: boolean, empty: boolean): string {
  if (connected) return "Enter sends, Shift + Enter starts a new line, Escape stops an answer.";
  if (empty) return "Not connected. You can write already; nothing is lost.";
  return "Not connected. Your text is kept and can be sent when the connection is back.";
}
