import type { UIMessage } from "ai";
import { createElement, StrictMode, Suspense, useMemo, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ScriptedConnection, ScriptedServer } from "../../client/testing/scripted-server.ts";
import { newContainer } from "../../react/testing/dom.ts";
import { useAgent } from "../../react/use-agent.ts";
import { message } from "../testing/chat-host.ts";
import type { AgentChat, UseAgentChatOptions } from "./options.ts";
import { useAgentChat } from "./use-agent-chat.ts";

type Options = Partial<UseAgentChatOptions>;

let server: ScriptedServer;
let root: Root;
let chat: AgentChat;

beforeEach(async () => {
  server = await ScriptedServer.start();
  root = createRoot(newContainer());
});

afterEach(async () => {
  root.unmount();
  await server.stop();
});

let setToken: (token: string) => void;
let readyState: () => number;

function Page({ options }: { options: Options }) {
  const [token, set] = useState("one");
  const query = useMemo(() => ({ token }), [token]);
  const agent = useAgent({ agent: "Helper", host: server.host, minReconnectionDelay: 1, query });
  setToken = set;
  readyState = () => agent.readyState;
  chat = useAgentChat({ agent, getInitialMessages: null, throttle: false, ...options });
  return null;
}

/** Shows the page in strict mode; the connection, and what was sent over it by type. */
async function open(options: Options = {}) {
  const page = createElement(Page, { options });
  root.render(createElement(StrictMode, null, createElement(Suspense, { fallback: null }, page)));
  const connection = await server.connection();
  const sent = (type: string) =>
    connection.received
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .filter((frame) => frame.type === `cf_agent_${type}`);
  await until(() => expect(chat).toBeDefined());
  return { connection, sent };
}

const textOf = ({ parts }: UIMessage) =>
  parts.map((part) => (part.type === "text" ? part.text : "")).join("");

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });

function respond(connection: ScriptedConnection, id: unknown, body: object | "", rest = {}) {
  const text = body === "" ? "" : JSON.stringify(body);
  connection.send({ type: "cf_agent_use_chat_response", id, body: text, done: false, ...rest });
}

/** Answers the first request with chunks; its id. */
async function answer(
  { connection, sent }: Awaited<ReturnType<typeof open>>,
  ...chunks: object[]
): Promise<unknown> {
  await until(() => expect(sent("use_chat_request").length).toBeGreaterThan(0));
  const { id } = sent("use_chat_request").at(-1)!;
  for (const [seq, chunk] of chunks.entries()) respond(connection, id, chunk, { seq });
  return id;
}

const asked = [
  { type: "start", messageId: "a1" },
  { type: "tool-input-available", toolCallId: "c1", toolName: "where", input: { exact: true } },
];

describe("the hook", () => {
  it("asks once for a stream in strict mode, and not where it is not to", async () => {
    const { sent } = await open();
    await until(() => expect(sent("stream_resume_request")).toHaveLength(1));
    chat.setMessages([message("u1", "kept")]);
    await until(() => expect(sent("chat_messages")).toHaveLength(1));
    expect(sent("stream_resume_request")).toHaveLength(1);
    root.unmount();
    root = createRoot(newContainer());
    const other = await open({ resume: false, syncMessagesToServer: false });
    chat.setMessages([message("u1", "kept")]);
    chat.clearHistory();
    await until(() => expect(other.sent("chat_clear")).toHaveLength(1));
    expect(other.connection.received).toHaveLength(1);
    expect(chat.messages).toEqual([]);
  });

  it("sends what the options and the call add, the later over the earlier", async () => {
    const tools = { now: { description: "The time", execute: () => 1 } };
    const { sent } = await open({
      tools,
      body: async () => ({ one: 1, two: 1, three: 1 }),
      prepareSendMessagesRequest: ({ trigger }) => ({ body: { two: 2, three: 2, trigger } }),
    });
    void chat.sendMessage({ text: "hi" }, { body: { three: 3 } });
    await until(() => expect(sent("use_chat_request")).toHaveLength(1));
    const { init } = sent("use_chat_request")[0] as { init: { body: string } };
    expect(JSON.parse(init.body)).toMatchObject({
      ...{ one: 1, two: 2, three: 3, trigger: "submit-message" },
      clientTools: [{ name: "now", description: "The time" }],
    });
  });

  it("answers a call of the page's tool, and shows the agent going on", async () => {
    const seen: unknown[] = [];
    const tab = await open({
      onToolCall: ({ toolCall, addToolOutput }) => {
        seen.push(toolCall);
        addToolOutput({ toolCallId: toolCall.toolCallId, output: "Oslo" });
      },
    });
    void chat.sendMessage({ text: "where" });
    const id = await answer(tab, ...asked);
    respond(tab.connection, id, "", { done: true });
    await until(() => expect(tab.sent("tool_claim")).toHaveLength(1));
    tab.connection.send({ type: "cf_agent_tool_claim", toolCallId: "c1", granted: true });
    await until(() => expect(tab.sent("tool_result")).toHaveLength(1));
    expect(tab.sent("tool_result")[0]).toMatchObject({
      ...{ toolCallId: "c1", toolName: "where", output: "Oslo", autoContinue: true },
    });
    expect(seen).toEqual([{ toolCallId: "c1", toolName: "where", input: { exact: true } }]);
    await until(() => expect([chat.status, chat.isToolContinuation]).toEqual(["submitted", true]));
    await until(() => expect(tab.sent("stream_resume_request")).toHaveLength(2));
    const { probeId } = tab.sent("stream_resume_request")[1]!;
    tab.connection.send({ type: "cf_agent_stream_pending", id: "r2", probeId });
    tab.connection.send({ type: "cf_agent_stream_resuming", id: "r2" });
    await until(() => expect(tab.sent("stream_resume_ack")).toHaveLength(1));
    const rest = { continuation: true, seq: 0 };
    respond(tab.connection, "r2", { type: "text-delta", id: "t", delta: "In Oslo." }, rest);
    await until(() => expect(chat.status).toBe("streaming"));
    expect(chat.messages.at(-1)?.parts).toMatchObject([
      { state: "output-available", output: "Oslo" },
      { text: "In Oslo." },
    ]);
    respond(tab.connection, "r2", "", { done: true, continuation: true });
    await until(() => expect([chat.status, chat.isToolContinuation]).toEqual(["ready", false]));
  });

  it("stops what is to follow a call of the page's tool, before it begins", async () => {
    const tab = await open({
      onToolCall: ({ toolCall, addToolOutput }) =>
        addToolOutput({ toolCallId: toolCall.toolCallId, output: "Oslo" }),
    });
    void chat.sendMessage({ text: "where" });
    const id = await answer(tab, ...asked);
    respond(tab.connection, id, "", { done: true });
    await until(() => expect(tab.sent("tool_claim")).toHaveLength(1));
    tab.connection.send({ type: "cf_agent_tool_claim", toolCallId: "c1", granted: true });
    await until(() => expect(tab.sent("stream_resume_request")).toHaveLength(2));
    const { probeId } = tab.sent("stream_resume_request")[1]!;
    tab.connection.send({ type: "cf_agent_stream_pending", id: "r2", probeId });
    tab.connection.send({ type: "cf_agent_chat_recovering", recovering: true });
    await until(() => expect(chat.isRecovering).toBe(true));
    await chat.stop();
    await until(() => expect(tab.sent("chat_request_cancel")).toMatchObject([{ id: "r2" }]));
    await until(() => expect([chat.status, chat.isToolContinuation]).toEqual(["ready", false]));
  });

  it("refuses a call whose handler throws, and does not wait for more", async () => {
    const errors: string[] = [];
    const tab = await open({
      onToolCall: async () => {
        throw new Error("no map");
      },
      onError: ({ message: text }) => errors.push(text),
    });
    void chat.sendMessage({ text: "where" });
    respond(tab.connection, await answer(tab, ...asked), "", { done: true });
    await until(() => expect(tab.sent("tool_claim")).toHaveLength(1));
    tab.connection.send({ type: "cf_agent_tool_claim", toolCallId: "c1", granted: true });
    await until(() => expect(tab.sent("tool_result")).toHaveLength(1));
    expect(tab.sent("tool_result")[0]).toMatchObject({
      ...{ state: "output-error", errorText: "no map", autoContinue: false },
    });
    await until(() => expect(chat.status).toBe("ready"));
    expect(chat.messages.at(-1)?.parts[0]).toMatchObject({ state: "output-error" });
    expect(errors).toEqual(["no map"]);
  });

  it("decides on an approval, also while the answer still comes", async () => {
    const tab = await open();
    void chat.sendMessage({ text: "where" });
    const request = { type: "tool-approval-request", toolCallId: "c1", approvalId: "p1" };
    const id = await answer(tab, ...asked, request);
    await until(() => expect(chat.messages).toHaveLength(2));
    await chat.addToolApprovalResponse({ id: "p1", approved: false, reason: "too far" });
    await until(() => expect(tab.sent("tool_approval")).toHaveLength(1));
    expect(tab.sent("tool_approval")[0]).toEqual({
      ...{ type: "cf_agent_tool_approval", toolCallId: "c1", approved: false },
      ...{ autoContinue: true, reason: "too far" },
    });
    respond(tab.connection, id, { type: "text-start", id: "t" }, { seq: 3 });
    respond(tab.connection, id, { type: "text-delta", id: "t", delta: "Hm." }, { seq: 4 });
    respond(tab.connection, id, "", { done: true });
    await until(() => expect(chat.messages[1]?.parts[1]).toMatchObject({ text: "Hm." }));
    expect(chat.messages[1]?.parts[0]).toMatchObject({ state: "output-denied" });
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    await chat.addToolApprovalResponse({ id: "unknown", approved: true });
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  it("takes back a message that the agent refused", async () => {
    const tab = await open();
    void chat.sendMessage({ text: "too many" });
    const id = await answer(tab);
    tab.connection.send({ type: "cf_agent_chat_messages", messages: [message("u0", "before")] });
    respond(tab.connection, id, "", { done: true, outcome: "skipped" });
    await until(() => expect(chat.messages.map((each) => each.id)).toEqual(["u0"]));
  });

  it("fails a message that never arrived", async () => {
    const stored = [message("u0", "before")];
    const tab = await open({ getInitialMessages: async () => stored });
    await until(() => expect(chat.messages).toHaveLength(1));
    void chat.sendMessage({ text: "lost" });
    await answer(tab);
    tab.connection.terminate();
    const next = await server.connection();
    const { probeId } = await next.frame(0);
    next.send({ type: "cf_agent_stream_resume_none", reason: "idle", probeId });
    await until(() => expect(chat.status).toBe("error"));
    expect(chat.error?.message).toContain("before the agent received the message");
    // It is still there, to be sent again.
    expect(chat.messages.map(textOf)).toEqual(["before", "lost"]);
    void chat.regenerate();
    const again = () => next.received.find((text) => text.includes("use_chat_request"));
    await until(() => expect(again()).toContain("lost"));
    const { id } = JSON.parse(String(again())) as { id: string };
    const lost = chat.messages.at(-1) as UIMessage;
    next.send({ type: "cf_agent_chat_messages", messages: [...stored, lost] });
    respond(next, id, { type: "start", messageId: "a1" }, { seq: 0 });
    respond(next, id, "", { done: true });
    await until(() => expect(chat.status).toBe("ready"));
    expect(chat.messages.map(({ id: each }) => each)).toEqual(["u0", lost.id, "a1"]);
  });

  it("hears how its request ended, whatever else was answered when it came back", async () => {
    const stored: UIMessage[] = [];
    const tab = await open({ getInitialMessages: async () => stored });
    void chat.sendMessage({ text: "mine" });
    const id = await answer(tab, { type: "start", messageId: "a1" });
    await until(() => expect(chat.messages).toHaveLength(2));
    stored.push(chat.messages[0] as UIMessage);
    tab.connection.terminate();
    const next = await server.connection();
    const { probeId } = await next.frame(0);
    // The agent goes on under another id, and hears nothing of the first meanwhile.
    next.send({ type: "cf_agent_stream_resuming", id: "r2", probeId });
    const acks = () => next.received.filter((text) => text.includes("resume_ack"));
    await until(() => expect(acks()).toHaveLength(2));
    expect(acks().join()).toContain(String(id));
    const chunks = [
      { type: "start", messageId: "a2" },
      { type: "text-start", id: "t" },
      { type: "text-delta", id: "t", delta: "anew" },
      { type: "finish" },
    ];
    for (const [seq, chunk] of chunks.entries()) respond(next, "r2", chunk, { seq });
    respond(next, "r2", "", { done: true });
    const asked = () => next.received.filter((text) => text.includes("resume_request"));
    await until(() => expect(asked()).toHaveLength(2));
    stored.push({ id: "a2", role: "assistant", parts: [{ type: "text", text: "anew" }] });
    const second = JSON.parse(String(asked()[1])) as { probeId: string };
    const none = { type: "cf_agent_stream_resume_none", reason: "idle" };
    next.send({ ...none, probeId: second.probeId });
    await until(() => expect(acks()).toHaveLength(3));
    respond(next, id, "", { done: true, replay: true });
    await until(() => expect(chat.status).toBe("ready"));
    await until(() => expect(chat.messages.map(textOf)).toEqual(["mine", "anew"]));
  });

  it("goes on over another socket, in the place where it was", async () => {
    const tab = await open();
    void chat.sendMessage({ text: "hi" });
    const words = ["one ", "two ", "three"].map((delta) => ({
      type: "text-delta",
      id: "t",
      delta,
    }));
    const chunks = [{ type: "start", messageId: "a1" }, { type: "text-start", id: "t" }, ...words];
    const id = await answer(tab, ...chunks.slice(0, 3));
    await until(() => expect(chat.messages[1]?.parts).toMatchObject([{ text: "one " }]));
    setToken("two");
    const next = await server.connection();
    expect(next.url.searchParams.get("token")).toBe("two");
    const { probeId } = await next.frame(0);
    next.send({ type: "cf_agent_stream_resuming", id, probeId });
    await until(() => expect(next.received.at(-1)).toContain("resume_ack"));
    for (const [seq, chunk] of chunks.entries()) respond(next, id, chunk, { seq, replay: true });
    respond(next, id, "", { done: true });
    await until(() => expect(chat.status).toBe("ready"));
    expect(chat.messages[1]?.parts).toMatchObject([{ text: "one two three" }]);
  });

  it("keeps what is written without a connection, and sends it over the next", async () => {
    const { connection } = await open();
    await until(() => expect(readyState()).toBe(1));
    server.hold();
    connection.terminate();
    await until(() => expect(readyState()).not.toBe(1));
    void chat.sendMessage({ text: "later" });
    server.release();
    const next = await server.connection();
    await until(() => expect(next.received.join()).toContain("cf_agent_use_chat_request"));
    next.send({ type: "cf_agent_chat_messages", messages: [message("u0", "before")] });
    await until(() => expect(chat.messages).toHaveLength(2));
    const request = next.received.find((text) => text.includes("use_chat_request"));
    const { id } = JSON.parse(request ?? "{}") as { id: string };
    respond(next, id, "", { done: true });
    await until(() => expect(chat.status).toBe("ready"));
  });

  it.each([true, false])("when it leaves, with cancelOnClientAbort %s", async (cancels) => {
    const tab = await open({ cancelOnClientAbort: cancels });
    void chat.sendMessage({ text: "hi" });
    await answer(tab, { type: "start", messageId: "a1" }, { type: "text-start", id: "t" });
    await until(() => expect(chat.status).toBe("streaming"));
    const received = tab.connection.received.length;
    root.unmount();
    if (cancels) await until(() => expect(tab.sent("chat_request_cancel")).toHaveLength(1));
    else expect(tab.connection.received).toHaveLength(received);
    root = createRoot(newContainer());
  });

  it("asks once more for what is stored, when it could not be fetched", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const stored = [message("u0", "before")];
    const fetched = vi.spyOn(globalThis, "fetch");
    fetched.mockResolvedValueOnce(new Response("not now", { status: 503 }));
    fetched.mockResolvedValueOnce(Response.json(stored));
    const { connection } = await open({ getInitialMessages: undefined });
    expect(chat.messages).toEqual([]);
    const { probeId } = await connection.frame(0);
    connection.send({ type: "cf_agent_stream_resume_none", reason: "idle", probeId });
    await until(() => expect(chat.messages).toEqual(stored));
    expect([fetched.mock.calls.length, warn.mock.calls.length]).toEqual([2, 1]);
    fetched.mockRestore();
    warn.mockRestore();
  });

  it("shows what was said between its fetch and its connection", async () => {
    const stored = [message("u0", "before")];
    const later = [...stored, message("a0", "meanwhile")];
    const fetched = vi.spyOn(globalThis, "fetch");
    fetched.mockResolvedValueOnce(Response.json(stored));
    fetched.mockResolvedValueOnce(Response.json(later));
    const { connection } = await open({ getInitialMessages: undefined });
    expect(chat.messages).toEqual(stored);
    const { probeId } = await connection.frame(0);
    connection.send({ type: "cf_agent_stream_resume_none", reason: "idle", probeId });
    await until(() => expect(chat.messages).toEqual(later));
    expect(fetched.mock.calls.length).toBe(2);
    fetched.mockRestore();
  });

  it("tells of parts of data as they come, also in others' answers, and keeps what is to be kept", async () => {
    const seen: unknown[] = [];
    const tab = await open({ onData: ({ type, data }) => seen.push([type, data]) });
    const note = { type: "data-note", id: "n", data: 1 };
    const hint = { type: "data-hint", data: 2, transient: true };
    void chat.sendMessage({ text: "hello" });
    const id = await answer(tab, { type: "start", messageId: "a1" }, note, hint);
    respond(tab.connection, id, "", { done: true });
    const first = [
      ["data-note", 1],
      ["data-hint", 2],
    ];
    await until(() => expect(seen).toEqual(first));
    await until(() => expect(chat.status).toBe("ready"));
    expect(chat.messages[1]?.parts).toEqual([note]);
    const others = [{ type: "start", messageId: "a2" }, { ...note, data: 3 }, hint];
    for (const [seq, chunk] of others.entries()) respond(tab.connection, "r9", chunk, { seq });
    await until(() => expect(seen).toEqual([...first, ["data-note", 3], ["data-hint", 2]]));
    await until(() => expect(chat.messages[2]?.parts).toEqual([{ ...note, data: 3 }]));
  });

  it("shows that a turn is being recovered, until words come", async () => {
    const tab = await open();
    tab.connection.send({ type: "cf_agent_chat_recovering", recovering: true, id: "r0" });
    await until(() => expect(chat.isRecovering).toBe(true));
    await chat.stop();
    await until(() => expect(tab.sent("chat_request_cancel")).toMatchObject([{ id: "r0" }]));
    respond(tab.connection, "r9", { type: "text-delta", id: "t", delta: "on" });
    await until(() => expect([chat.isRecovering, chat.isServerStreaming]).toEqual([false, true]));
  });
});

function Rendered() {
  const agent = useAgent({ agent: "Helper" });
  const { messages } = useAgentChat({ agent, messages: [message("u", "hi")] });
  return `${messages.length} message`;
}

it("renders on a server, where no agent is near, what it is given", () => {
  vi.stubGlobal("document", undefined);
  Reflect.deleteProperty(globalThis, "document");
  try {
    expect(renderToString(createElement(Rendered))).toBe("1 message");
  } finally {
    vi.unstubAllGlobals();
  }
});
