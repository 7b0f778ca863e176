/**
 * What every version of the AI SDK is to show: many tabs, and whatever may break.
 *
 * @module
 */

import fc from "fast-check";
import { createElement, StrictMode, Suspense } from "react";
import { createRoot, type Root } from "react-dom/client";
import { expect, vi } from "vitest";
import { newContainer } from "../../../react/testing/dom.ts";
import { useAgent } from "../../../react/use-agent.ts";
import type { AgentChat } from "../options.ts";
import { useAgentChat } from "../use-agent-chat.ts";
import { ScriptedChat } from "./scripted-chat.ts";

/** A page that shows the conversation. */
class Tab {
  readonly ends: string[] = [];
  readonly failures: string[] = [];
  readonly #root: Root = createRoot(newContainer());
  #chat: AgentChat | undefined;
  isReady = false;

  constructor(server: ScriptedChat, tab: number) {
    const Page = () => {
      const agent = useAgent({
        ...{ agent: "Scripted", name: "a", host: server.host, query: { tab: String(tab) } },
        ...{ minReconnectionDelay: 1, maxReconnectionDelay: 3, connectionTimeout: 2000 },
      });
      void agent.ready.then(() => {
        this.isReady = true;
      });
      this.#chat = useAgentChat({
        agent,
        throttle: false,
        getInitialMessages: async () => server.messages,
        onTurnEnd: ({ outcome }) => this.ends.push(outcome),
        onError: ({ message }) => this.failures.push(message),
      });
      return null;
    };
    const page = createElement(Suspense, { fallback: null }, createElement(Page));
    this.#root.render(createElement(StrictMode, null, page));
  }

  get chat(): AgentChat {
    if (!this.#chat) throw new Error("nothing is shown yet");
    return this.#chat;
  }

  get texts(): string[] {
    return (this.#chat?.messages ?? []).map(({ parts }) =>
      parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
    );
  }

  close(): void {
    this.#root.unmount();
  }
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });

const fault = fc.record({
  at: fc.integer({ min: 0, max: 12 }),
  tab: fc.integer({ min: 0, max: 2 }),
  how: fc.constantFrom("cut" as const, "twice" as const, "late" as const, "offer" as const),
});

/** Random tabs, numbering and faults; each tab is to end with what was said, once. */
export async function showsAllOnce(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fault, { maxLength: 6 }),
      fc.boolean(),
      async (count, faults, isNumbered) => {
        await using server = await ScriptedChat.start(isNumbered);
        server.words = Array.from({ length: 9 }, (_, at) => `word${at} `);
        const tabs = Array.from({ length: count }, (_, tab) => new Tab(server, tab));
        await until(() => expect(tabs.map(({ isReady }) => isReady)).not.toContain(false));
        server.faults = faults;
        void tabs[0]?.chat.sendMessage({ text: "first" });
        const first = ["first", server.words.join("")];
        for (const tab of tabs) {
          await until(() => expect([tab.texts, tab.chat.status]).toEqual([first, "ready"]));
        }
        server.faults = [];
        void tabs.at(-1)?.chat.sendMessage({ text: "second" });
        const all = [...first, "second", server.words.join("")];
        for (const tab of tabs) {
          await until(() => expect([tab.texts, tab.chat.status]).toEqual([all, "ready"]));
          await until(() => expect(tab.chat.isStreaming).toBe(false));
          expect(tab.failures).toEqual([]);
          // The tab that asked always hears how it ended; one that was away may not.
          const heard = tab === tabs[0] || faults.every(({ how }) => how !== "cut");
          await until(() => expect(tab.ends.length).toBeGreaterThanOrEqual(heard ? 2 : 1));
          expect(tab.ends.length).toBeLessThanOrEqual(2);
        }
        for (const tab of tabs) tab.close();
      },
    ),
    { numRuns },
  );
}
