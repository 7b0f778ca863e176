import { useEffect, useId, useState } from "react";
import type { Conversation, Found } from "../protocol.ts";
import { ConversationRow } from "./conversation-row.tsx";
import { dayOf } from "./format.ts";
import { Search, SquarePen } from "./icons.ts";
import { field, iconButton } from "./ui.ts";
import type { Directory } from "./use-directory.ts";

interface SidebarProps {
  directory: Directory;
  /** The conversation that is open. */
  current: string;
  onChoose(id: string): void;
  onNew(): void;
}

/** This visitor's conversations, and the search in them. */
export function Sidebar({ directory, current, onChoose, onNew }: SidebarProps) {
  const { conversations, stub } = directory;
  const [words, setWords] = useState("");
  const searchId = useId();
  const found = useSearch(words, stub);
  const shown = conversations?.flatMap((conversation) => {
    const excerpt = found?.get(conversation.id);
    const titled = conversation.title.toLowerCase().includes(words.trim().toLowerCase());
    return titled || excerpt !== undefined ? [{ conversation, excerpt }] : [];
  });

  const remove = async (id: string) => {
    await stub.remove(id);
    if (id === current) onNew();
  };

  let day = "";
  return (
    <div className="flex h-full flex-col">
      <div className="flex min-h-14 items-center justify-between pr-2 pl-4">
        <p className="flex items-center gap-2 font-semibold">
          <img src="/mark.svg" alt="" className="size-5" />
          Freehold
        </p>
        <button
          type="button"
          className={iconButton}
          aria-label="New conversation"
          title="New conversation"
          onClick={onNew}
        >
          <SquarePen size={18} aria-hidden="true" />
        </button>
      </div>
      <div className="relative mx-3 mb-2">
        <Search
          size={16}
          aria-hidden="true"
          className="absolute top-1/2 left-3 -translate-y-1/2 text-quiet"
        />
        <label htmlFor={searchId} className="sr-only">
          Search conversations
        </label>
        <input
          id={searchId}
          type="search"
          className={`${field} py-1.5 pl-9 [&::-webkit-search-cancel-button]:hidden`}
          placeholder="Search"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && words !== "") {
              event.stopPropagation();
              setWords("");
            }
          }}
        />
      </div>
      <nav aria-label="Conversations" className="min-h-0 flex-1 overflow-y-auto px-2 pt-1 pb-4">
        {shown?.length === 0 && (
          <p className="px-2 py-3 text-sm text-quiet">
            {words.trim() === "" ? "No conversations yet." : "Nothing has these words."}
          </p>
        )}
        <ul aria-label="Conversations">
          {shown?.map(({ conversation, excerpt }) => {
            const before = day;
            day = groupOf(conversation);
            return (
              <li key={conversation.id}>
                {day !== before && (
                  <p className="px-2 pt-4 pb-1 text-xs font-semibold text-quiet">{day}</p>
                )}
                <ConversationRow
                  conversation={conversation}
                  excerpt={excerpt}
                  words={words.trim()}
                  isCurrent={conversation.id === current}
                  onChoose={() => onChoose(conversation.id)}
                  onRename={(title) => stub.rename(conversation.id, title)}
                  onRemove={() => remove(conversation.id)}
                />
              </li>
            );
          })}
        </ul>
      </nav>
      <p role="status" className="sr-only">
        {words.trim() === "" ? "" : `${shown?.length ?? 0} conversations found`}
      </p>
    </div>
  );
}

function groupOf({ updatedAt }: Conversation): string {
  const now = Date.now();
  const day = dayOf(updatedAt, now);
  if (day === "Today" || day === "Yesterday") return day;
  return now - updatedAt < 7 * 86_400_000 ? "This week" : "Earlier";
}

/** Where the words stand, by conversation; undefined while there are none to look for. */
function useSearch(words: string, stub: Directory["stub"]) {
  const [found, setFound] = useState<ReadonlyMap<string, string>>();
  const wanted = words.trim();

  useEffect(() => {
    if (wanted === "") return setFound(undefined);
    let current = true;
    const timer = setTimeout(async () => {
      const results: Found[] = await stub.search(wanted).catch(() => []);
      if (current) setFound(new Map(results.map(({ id, excerpt }) => [id, excerpt])));
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted, stub]);

  return found;
}
