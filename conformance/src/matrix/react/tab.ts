// A page's tab in a process of its own, because a document is global. Arguments: the package, the host,
// the agent, its name, and `turn` or `reload`. Prints what the hook showed.

import type { useAgentChat as UseAgentChat } from "@cloudflare/ai-chat/react";
import type { useAgent as UseAgent } from "agents/react";
import { createElement, Suspense } from "react";
import { createRoot, type Root } from "react-dom/client";
import { eventually } from "../agent.ts";
import { newContainer } from "./document.ts";

const [sdk, host = "", agent = "", name = "", story] = process.argv.slice(2);
// The names are not literals so that types do not depend on ours: the published shape decides.
const modules = {
  upstream: ["agents/react", "@cloudflare/ai-chat/react"],
  freehold: ["@freehold/agents/react", "@freehold/agents/chat/react"],
}[sdk === "freehold" ? "freehold" : "upstream"];
const { useAgent } = (await import(String(modules[0]))) as { useAgent: typeof UseAgent };
const { useAgentChat } = (await import(String(modules[1]))) as {
  useAgentChat: typeof UseAgentChat;
};

type Chat = ReturnType<typeof UseAgentChat>;

/** Shows one conversation. */
class Tab {
  readonly #root: Root = createRoot(newContainer());
  #chat: Chat | undefined;
  #isReady = false;

  constructor() {
    const Page = () => {
      const connection = useAgent({ agent, name, host, protocol: "ws" });
      void connection.ready.then(() => {
        this.#isReady = true;
      });
      this.#chat = useAgentChat({ agent: connection });
      return null;
    };
    this.#root.render(createElement(Suspense, { fallback: null }, createElement(Page)));
  }

  async ready(): Promise<Chat> {
    await eventually("the connection", () => this.#isReady && this.#chat !== undefined);
    return this.chat;
  }

  get chat(): Chat {
    if (this.#chat === undefined) throw new Error("nothing is shown yet");
    return this.#chat;
  }

  get texts(): string[] {
    return (this.#chat?.messages ?? []).map(
      ({ role, parts }) =>
        `${role}: ${parts.map((part) => (part.type === "text" ? part.text : "")).join("")}`,
    );
  }

  /**
   * Waits until the answer is whole. The published hook may be `ready` for a moment while it shows an answer
   * of which nothing but the beginning has come.
   */
  async settled(): Promise<string[]> {
    await eventually("the end of the answer", () => {
      const { messages, status, isStreaming } = this.chat;
      const isWhole = messages
        .at(-1)
        ?.parts.some((part) => part.type === "text" && part.text !== "");
      return messages.length === 2 && isWhole === true && status === "ready" && !isStreaming;
    });
    return this.texts;
  }

  close(): void {
    this.#root.unmount();
  }
}

const shown: unknown[] = [];
const first = new Tab();
await first.ready();
void first.chat.sendMessage({ text: "hi" });
if (story === "reload") {
  await eventually("the first words", () => first.texts[1]?.includes("two"));
} else shown.push(await first.settled());
first.close();

const second = new Tab();
await second.ready();
shown.push(await second.settled());
second.chat.clearHistory();
await eventually("the clear", () => second.texts.length === 0);
shown.push(second.texts);
second.close();
console.log(JSON.stringify(shown));
process.exit(0);
