import { setTimeout as delay } from "node:timers/promises";
import { useAgentChat as usePublishedChat } from "@cloudflare/ai-chat/react";
import { useAgentChat } from "@freehold/agents/chat/react";
import { useAgent } from "@freehold/agents/react";
import { useAgent as usePublishedAgent } from "agents/react";
import type { UIMessage } from "ai";
import { createElement, StrictMode, Suspense, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { newContainer } from "../src/react/testing/dom.ts";
import { bundleWorker } from "./support/bundle.ts";
import { ChatTab, textOf, user } from "./support/chat.ts";
import { localPath } from "./support/path.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

/** What the tests use of either hook. */
interface Shown {
  readonly messages: UIMessage[];
  readonly status: string;
  readonly isServerStreaming: boolean;
  readonly error: Error | undefined;
  sendMessage(message: { text: string }): Promise<void>;
  regenerate(): Promise<void>;
  stop(): Promise<void>;
  clearHistory(): void;
  setMessages(messages: UIMessage[]): void;
}

type Seen = {
  current: Shown;
  call(method: string): Promise<unknown>;
  /** Connects or disconnects the tab; only the hook here. */
  setOnline(online: boolean): void;
  isOnline(): boolean;
};
type TabProps = { name: string; host: string; seen: Partial<Seen> };

function OurTab({ name, host, seen }: TabProps) {
  const [enabled, setOnline] = useState(true);
  const agent = useAgent({ agent: "Scribe", name, host, enabled });
  seen.setOnline = setOnline;
  seen.isOnline = () => agent.readyState === WebSocket.OPEN;
  seen.current = useAgentChat({ agent, throttle: false });
  seen.call = (method) => agent.call(method);
  return null;
}

function PublishedTab({ name, host, seen }: TabProps) {
  const agent = usePublishedAgent({ agent: "Scribe", name, host });
  seen.current = usePublishedChat({ agent, throttle: false }) as unknown as Shown;
  seen.call = (method) => agent.call(method);
  return null;
}

describe.each(runtimes)("on %s", (_runtime, run) => {
  let worker: RunningWorker;
  let names = 0;
  const roots: Root[] = [];

  beforeAll(async () => {
    worker = await run({
      script: await bundleWorker(localPath("../fixtures/scribe.ts")),
      objects: { Scribe: "Scribe" },
    });
  });

  afterAll(() => worker?.stop());
  afterEach(() => {
    for (const root of roots.splice(0)) root.unmount();
  });

  const newName = () => `react-${++names}`;
  const rawTab = (name: string) =>
    ChatTab.open(`ws://${worker.host}/agents/scribe/${name}?_pk=raw`);
  const texts = (seen: Seen) => seen.current.messages.map((message) => textOf(message));

  /** Opens a tab, in strict mode, and waits until it is connected. */
  async function open(Tab: (props: TabProps) => null, name: string) {
    const seen = {} as Seen;
    const tab = createElement(Tab, { name, host: worker.host, seen });
    const root = createRoot(newContainer());
    roots.push(root);
    root.render(createElement(StrictMode, null, createElement(Suspense, { fallback: null }, tab)));
    // A render that React gave up has an agent that never connects: the newest is asked.
    await until(async () => {
      expect(seen.call).toBeDefined();
      const asked = seen.call("report").catch(() => undefined);
      expect(await Promise.race([asked, delay(1000)])).toBeDefined();
    });
    return { seen, close: () => root.unmount() };
  }

  /** Waits until `check` passes. */
  function until(check: () => void | Promise<void>) {
    return vi.waitFor(check, { timeout: 20_000, interval: 10 });
  }

  describe.each([
    ["the hook here", OurTab],
    ["the published hook", PublishedTab],
  ] as const)("%s", (_who, Tab) => {
    test("has a turn, token by token, with the answer stored under the id it shows", async () => {
      const name = newName();
      const { seen } = await open(Tab, name);
      const states: string[] = [];
      void seen.current.sendMessage({ text: '{"words":["one ","two"],"hold":1}' });
      await until(() => expect(texts(seen)[1]).toBe("one "));
      states.push(seen.current.status);
      await seen.call("release");
      await until(() => expect(seen.current.status).toBe("ready"));
      expect(states).toEqual(["streaming"]);
      expect(texts(seen)[1]).toBe("one two");
      const response = await fetch(`${worker.url}/agents/scribe/${name}/get-messages`);
      const stored = (await response.json()) as UIMessage[];
      expect(seen.current.messages.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
    });

    test("starts with what was said before, and takes up an answer after a reload", async () => {
      const name = newName();
      const raw = await rawTab(name);
      raw.ask("r1", [user("u1", "hello there")]);
      await raw.done("r1");
      const { seen, close } = await open(Tab, name);
      expect(texts(seen)).toEqual(["hello there", "hello there"]);
      void seen.current.sendMessage({ text: '{"words":["a ","b ","c"],"hold":2}' });
      await until(() => expect(texts(seen)[3]).toBe("a b "));
      close();
      const { seen: again } = await open(Tab, name);
      await until(() => expect(texts(again)[3]).toBe("a b "));
      await again.call("release");
      await until(() => expect(texts(again)[3]).toBe("a b c"));
      await until(() => expect(again.current.status).toBe("ready"));
      expect(texts(again)).toHaveLength(4);
    });

    test("shows the answer another tab asked for as it comes", async () => {
      const name = newName();
      const { seen } = await open(Tab, name);
      const raw = await rawTab(name);
      raw.ask("r1", [user("u1", { words: ["one ", "two"], hold: 1 })]);
      await until(() => expect(texts(seen)[1]).toBe("one "));
      await until(() => expect(seen.current.isServerStreaming).toBe(true));
      await seen.call("release");
      await until(() => expect(texts(seen)[1]).toBe("one two"));
      await until(() => expect(seen.current.isServerStreaming).toBe(false));
      expect(seen.current.messages).toHaveLength(2);
    });

    test("stop ends the answer on the server", async () => {
      const { seen } = await open(Tab, newName());
      void seen.current.sendMessage({ text: '{"words":["one ","two"],"hold":1}' });
      await until(() => expect(texts(seen)[1]).toBe("one "));
      await seen.current.stop();
      await until(() => expect(seen.current.status).toBe("ready"));
      await until(async () => expect(await seen.call("report")).toMatchObject({ aborted: 1 }));
    });

    test("shows a failure, and works on after it", async () => {
      const { seen } = await open(Tab, newName());
      await seen.current.sendMessage({ text: '{"fail":"throw"}' });
      await until(() => expect(seen.current.status).toBe("error"));
      expect(seen.current.error?.message).toBe("no ink");
      await seen.current.sendMessage({ text: "hello" });
      await until(() => expect(seen.current.status).toBe("ready"));
      await until(() => expect(texts(seen)).toEqual(['{"fail":"throw"}', "hello", "hello"]));
    });

    test("regenerates, and clears for everyone", async () => {
      const name = newName();
      const { seen } = await open(Tab, name);
      await seen.current.sendMessage({ text: "hello" });
      await until(() => expect(seen.current.status).toBe("ready"));
      const old = seen.current.messages[1]?.id;
      await seen.current.regenerate();
      await until(() => expect(seen.current.status).toBe("ready"));
      expect(texts(seen)).toEqual(["hello", "hello"]);
      expect(seen.current.messages[1]?.id).not.toBe(old);
      const raw = await rawTab(name);
      seen.current.clearHistory();
      await raw.until((frame) => frame.type === "cf_agent_chat_clear");
      expect(seen.current.messages).toEqual([]);
    });
  });

  test.each([
    ["the hook here", OurTab],
    ["the published hook", PublishedTab],
  ] as const)(
    "%s: an old copy of the conversation undoes nothing of another tab",
    async (_who, Tab) => {
      const name = newName();
      const { seen } = await open(Tab, name);
      const raw = await rawTab(name);
      const stored = async () => {
        const response = await fetch(`${worker.url}/agents/scribe/${name}/get-messages`);
        return ((await response.json()) as UIMessage[]).map(textOf);
      };
      await seen.current.sendMessage({ text: "hello" });
      await until(() => expect(seen.current.status).toBe("ready"));
      const old = [...seen.current.messages];
      const edited = [user(old[0]?.id ?? "", "good day"), ...old.slice(1)];
      raw.send({ type: "cf_agent_chat_messages", messages: edited });
      await until(() => expect(texts(seen)).toEqual(["good day", "hello"]));
      seen.current.setMessages([...old, user("mine", "and more")]);
      await until(async () => expect(await stored()).toEqual(["good day", "hello", "and more"]));
      await until(() => expect(texts(seen)).toEqual(["good day", "hello", "and more"]));

      raw.send({ type: "cf_agent_chat_clear" });
      await until(() => expect(texts(seen)).toEqual([]));
      seen.current.setMessages([...old, user("newer", "once more")]);
      await until(async () => expect(await stored()).toEqual(["once more"]));
      await until(() => expect(texts(seen)).toEqual(["once more"]));
    },
  );

  test("asking anew without a connection takes back nothing that was said meanwhile", async () => {
    const name = newName();
    const { seen } = await open(OurTab, name);
    const raw = await rawTab(name);
    await seen.current.sendMessage({ text: "hello" });
    await until(() => expect(seen.current.status).toBe("ready"));
    const [question, answer] = seen.current.messages as [UIMessage, UIMessage];
    seen.setOnline(false);
    await until(() => expect(seen.isOnline()).toBe(false));
    void seen.current.regenerate();
    raw.ask("r1", [question, answer, user("u2", "meanwhile")]);
    await raw.done("r1");
    seen.setOnline(true);
    const all = ["hello", "hello", "meanwhile", "meanwhile"];
    await until(() => expect([texts(seen), seen.current.status]).toEqual([all, "ready"]));
    expect(seen.current.messages[1]?.id).not.toBe(answer.id);
  });

  test("a tab that was away finds what was said meanwhile, and others see what it says", async () => {
    const name = newName();
    const { seen } = await open(OurTab, name);
    const raw = await rawTab(name);
    seen.setOnline(false);
    await until(() => expect(seen.isOnline()).toBe(false));
    raw.ask("r1", [user("u1", "first")]);
    await raw.done("r1");
    expect(texts(seen)).toEqual([]);
    seen.setOnline(true);
    await until(() => expect(texts(seen)).toEqual(["first", "first"]));
    const given = seen.current.messages.slice(0, 1);
    seen.current.setMessages(given);
    const pushed = await raw.until((frame) => frame.type === "cf_agent_chat_messages");
    expect(pushed.messages).toHaveLength(2);
  });
});
