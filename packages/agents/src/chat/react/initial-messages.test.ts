import { createElement, StrictMode, Suspense, useEffect } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ScriptedServer } from "../../client/testing/scripted-server.ts";
import { newContainer } from "../../react/testing/dom.ts";
import { useAgent } from "../../react/use-agent.ts";
import { message } from "../testing/chat-host.ts";
import { getAgentMessages } from "./initial-messages.ts";
import type { AgentChat } from "./options.ts";
import { useAgentChat } from "./use-agent-chat.ts";

let server: ScriptedServer;
let root: Root;
/** As it was last shown. */
let chat: AgentChat | undefined;

beforeEach(async () => {
  server = await ScriptedServer.start();
  root = createRoot(newContainer());
});

afterEach(async () => {
  root.unmount();
  await server.stop();
});

const stored = [message("u0", "before")];
const ask = vi.fn(async () => [...stored]);

function Page() {
  const agent = useAgent({ agent: "Helper", host: server.host });
  const current = useAgentChat({ agent, getInitialMessages: ask, throttle: false });
  useEffect(() => {
    chat = current;
  });
  return null;
}

const show = (key: string) =>
  root.render(
    createElement(
      StrictMode,
      null,
      createElement(Suspense, { fallback: null }, createElement(Page, { key })),
    ),
  );
const shown = (...ids: string[]) =>
  vi.waitFor(() => expect(chat?.messages.map(({ id }) => id)).toEqual(ids), { timeout: 5_000 });

describe("the messages that a chat starts with", () => {
  it("are asked for anew by a component that takes another's place", async () => {
    show("first");
    await shown("u0");
    expect(ask).toHaveBeenCalledTimes(1);
    show("first");
    stored.push(message("u1", "meanwhile"));
    show("second");
    await shown("u0", "u1");
    expect(ask).toHaveBeenCalledTimes(2);
  });
});

it.each([
  ["localhost:5173", "http://localhost:5173"],
  ["192.168.1.2", "http://192.168.1.2"],
  ["10.example.com", "https://10.example.com"],
  ["http://example.com/", "http://example.com"],
])(
  "are asked for at %s outside of a component; what is no message is left out",
  async (host, at) => {
    const asked: unknown[] = [];
    vi.stubGlobal("fetch", async (url: unknown) => {
      asked.push(url);
      return Response.json([message("u0", "before"), { id: "odd", role: "tool" }]);
    });
    try {
      expect(await getAgentMessages({ host, agent: "MyHelper", name: "a" })).toEqual([
        message("u0", "before"),
      ]);
    } finally {
      vi.unstubAllGlobals();
    }
    expect(asked).toEqual([`${at}/agents/my-helper/a/get-messages`]);
  },
);
