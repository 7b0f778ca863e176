import { Suspense, useEffect, useRef, useState } from "react";
import type { Conversation } from "../protocol.ts";
import { limits } from "../protocol.ts";
import { Pencil, Trash2, Users } from "./icons.ts";
import { ConfirmRemoval } from "./lazy-dialogs.tsx";
import { field, smallIconButton } from "./ui.ts";
import { pathOf } from "./use-route.ts";

interface ConversationRowProps {
  conversation: Conversation;
  /** The words around what was searched for. */
  excerpt: string | undefined;
  /** What was searched for. */
  words: string;
  isCurrent: boolean;
  onChoose(): void;
  onRename(title: string): Promise<void>;
  onRemove(): Promise<void>;
}

/** The row cuts off what lies outside of it. */
const rowButton = `${smallIconButton} focus-visible:-outline-offset-2`;

/** One conversation in the list. */
export function ConversationRow(props: ConversationRowProps) {
  const { conversation, excerpt, words, isCurrent, onChoose, onRename, onRemove } = props;
  const [renaming, setRenaming] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const link = useRef<HTMLAnchorElement>(null);
  const title = conversation.title || "New conversation";

  useEffect(() => {
    if (isCurrent) link.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);

  if (renaming) {
    const done = (text?: string) => {
      setRenaming(false);
      requestAnimationFrame(() => link.current?.focus());
      if (text?.trim() && text.trim() !== title) void onRename(text);
    };
    return <RenameField title={title} onDone={done} />;
  }
  return (
    <div
      className={`group relative flex items-center rounded-lg hover:bg-rule/60 ${isCurrent ? "bg-rule/80" : ""}`}
    >
      <a
        ref={link}
        href={pathOf(conversation.id)}
        aria-current={isCurrent ? "page" : undefined}
        className="min-w-0 flex-1 rounded-lg px-2 py-1.5"
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          onChoose();
        }}
      >
        <span className="flex items-center gap-2">
          <span className="truncate">{title}</span>
          {!conversation.own && (
            <Users
              size={14}
              role="img"
              aria-label="shared with you"
              className="shrink-0 text-quiet"
            />
          )}
        </span>
        {excerpt && <Excerpt text={excerpt} words={words} />}
      </a>
      <span className="flex pr-0.5 focus-within:opacity-100 pointer-fine:w-0 pointer-fine:overflow-hidden pointer-fine:group-focus-within:w-auto pointer-fine:group-hover:w-auto">
        <button
          type="button"
          className={rowButton}
          aria-label={`Rename ${title}`}
          title="Rename"
          onClick={() => setRenaming(true)}
        >
          <Pencil size={15} aria-hidden="true" />
        </button>
        <button
          type="button"
          className={rowButton}
          aria-label={`Delete ${title}`}
          title="Delete"
          onClick={() => setConfirming(true)}
        >
          <Trash2 size={15} aria-hidden="true" />
        </button>
      </span>
      {confirming && (
        <Suspense>
          <ConfirmRemoval
            conversation={conversation}
            onClose={() => setConfirming(false)}
            onConfirm={onRemove}
          />
        </Suspense>
      )}
    </div>
  );
}

/** The place where the words were found; they stand out. */
function Excerpt({ text, words }: { text: string; words: string }) {
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  const end = at + words.length;
  return (
    <span className="line-clamp-2 text-xs text-quiet">
      {at < 0 ? text : text.slice(0, at)}
      {at >= 0 && (
        <mark className="bg-transparent font-semibold text-ink">{text.slice(at, end)}</mark>
      )}
      {at >= 0 && text.slice(end)}
    </span>
  );
}

function RenameField({ title, onDone }: { title: string; onDone(text?: string): void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  return (
    <input
      ref={input}
      aria-label="Title"
      className={`${field} px-2 py-[calc(--spacing(1.5)-1px)]`}
      defaultValue={title}
      maxLength={limits.title}
      onBlur={(event) => onDone(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onDone(event.currentTarget.value);
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onDone();
      }}
    />
  );
}
