import { isId, newId } from "../protocol.ts";

// What the browser keeps. Storage may be off or full: then it lasts as long as the page.

function read(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    // The page works on without.
  }
}

const lasting = () => window.localStorage;
/** A tab's own. */
const passing = () => window.sessionStorage;

function storedId(storage: () => Storage, key: string): string {
  const known = read(storage, key);
  if (isId(known)) return known;
  const id = newId();
  write(storage, key, id);
  return id;
}

/** Who is looking: the name of this browser's list of conversations, and its only key. */
export const visitorId = storedId(lasting, "visitor");

/** The name that this tab's next new conversation will have. */
export const nextConversation = {
  id: () => storedId(passing, "next-conversation"),
  used: () => write(passing, "next-conversation", null),
};

const draftKey = (conversation: string) => `draft:${conversation}`;

/** What is written and not sent yet. */
export const draft = {
  read: (conversation: string) => read(lasting, draftKey(conversation)) ?? "",
  write: (conversation: string, text: string) =>
    write(lasting, draftKey(conversation), text === "" ? null : text),
};
