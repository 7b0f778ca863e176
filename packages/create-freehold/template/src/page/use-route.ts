import { useCallback, useEffect, useState } from "react";
import { isId } from "../protocol.ts";
import { nextConversation } from "./storage.ts";

/** `/c/<id>` is a conversation; anything else a new one, which gets its path with the first message. */
export function useRoute() {
  const [id, setId] = useState(idOfPath);

  useEffect(() => {
    const follow = () => setId(idOfPath());
    window.addEventListener("popstate", follow);
    return () => window.removeEventListener("popstate", follow);
  }, []);

  const open = useCallback((next: string) => {
    history.pushState(null, "", pathOf(next));
    setId(next);
  }, []);

  const openNew = useCallback(() => {
    history.pushState(null, "", "/");
    setId(nextConversation.id());
  }, []);

  /** The conversation has begun: from now on the address leads to it. */
  const begin = useCallback((begun: string) => {
    if (location.pathname === pathOf(begun)) return;
    nextConversation.used();
    history.replaceState(null, "", pathOf(begun));
  }, []);

  return { id, open, openNew, begin };
}

export function pathOf(id: string): string {
  return `/c/${id}`;
}

function idOfPath(): string {
  const [, first, id] = location.pathname.split("/");
  return first === "c" && isId(id) ? id : nextConversation.id();
}
