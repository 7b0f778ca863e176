import { useAgent } from "@freehold/agents/react";
import { useCallback, useRef } from "react";
import type { DirectoryApi, DirectoryState } from "../protocol.ts";
import { visitorId } from "./storage.ts";

/** This visitor's list of conversations, the same in every tab. */
export function useDirectory() {
  const directory = useAgent<DirectoryApi, DirectoryState>({ agent: "Directory", name: visitorId });
  const { stub, state } = directory;
  const opened = useRef(new Set<string>());

  /** Puts a conversation into the list, once for each time that the page is loaded. */
  const remember = useCallback(
    async (id: string) => {
      if (opened.current.has(id)) return;
      opened.current.add(id);
      await stub.open(id).catch(() => opened.current.delete(id));
    },
    [stub],
  );

  return { conversations: state?.conversations, stub, remember };
}

export type Directory = ReturnType<typeof useDirectory>;
