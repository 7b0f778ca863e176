import type { UIMessageChunk } from "ai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentClient } from "../../client/agent-client.ts";
import { type ScriptedConnection, ScriptedServer } from "../../client/testing/scripted-server.ts";
import { message } from "../testing/chat-host.ts";
import { WebSocketChatTransport } from "./websocket-chat-transport.ts";

let server: ScriptedServer;
let agent: AgentClient;
let connection: ScriptedConnection;

beforeEach(async () => {
  server = await ScriptedServer.start();
  agent = new AgentClient({ host: server.host, agent: "Helper", minReconnectionDelay: 5 });
  connection = await server.connection();
});

afterEach(async () => {
  agent.close();
  await server.stop();
});

const ask = { chatId: "c", messages: [message("u1", "hi")], trigger: "submit-message" } as const;

function send(transport: WebSocketChatTransport, abortSignal?: AbortSignal) {
  return transport.sendMessages({ ...ask, messages: [...ask.messages], abortSignal });
}

function respond(id: unknown, body: unknown, rest: object = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  connection.send({ type: "cf_agent_use_chat_response", id, body: text, done: false, ...rest });
}

const collect = (stream: ReadableStream<UIMessageChunk>) => Array.fromAsync(stream);

describe("a request", () => {
  it("goes out as the published frame and gives its chunks, and only its own", async () => {
    const active = new Set<string>();
    const transport = new WebSocketChatTransport({
      agent,
      activeRequestIds: active,
      prepareBody: ({ trigger }) => ({ by: trigger, overruled: 1 }),
    });
    const stream = await transport.sendMessages({
      ...ask,
      messages: [...ask.messages],
      abortSignal: undefined,
      body: { overruled: 2 },
    });
    const { id, init } = (await connection.frame(0)) as { id: string; init: { body: string } };
    expect(id).toMatch(/^[\w-]{8}$/);
    expect(await connection.frame(0)).toMatchObject({
      type: "cf_agent_use_chat_request",
      init: { method: "POST" },
    });
    expect(JSON.parse(init.body)).toEqual({
      messages: [message("u1", "hi")],
      trigger: "submit-message",
      by: "submit-message",
      overruled: 2,
    });
    expect([[...active], transport.activeServerTurnId]).toEqual([[id], id]);
    const chunk = { type: "text-start", id: "t" };
    connection.send("not json");
    respond("other", { type: "text-start", id: "other" });
    respond(id, "{broken");
    respond(id, "");
    respond(id, chunk);
    respond(id, "", { done: true });
    respond(id, { type: "text-start", id: "late" });
    expect(await collect(stream)).toEqual([chunk]);
    expect([[...active], transport.activeServerTurnId]).toEqual([[], null]);
  });

  it("opens the text that it goes on with, for who reads it", async () => {
    const stream = await send(new WebSocketChatTransport({ agent }));
    const { id } = await connection.frame(0);
    const [delta, end] = [
      { type: "text-delta", id: "t", delta: "on" },
      { type: "text-end", id: "t" },
    ];
    const chunks = [{ type: "text-end", id: "none" }, delta, delta, end];
    for (const [seq, chunk] of chunks.entries()) respond(id, chunk, { seq, continuation: true });
    respond(id, "", { done: true });
    expect(await collect(stream)).toEqual([{ type: "text-start", id: "t" }, delta, delta, end]);
  });

  it("fails with the server's words", async () => {
    const stream = await send(new WebSocketChatTransport({ agent }));
    const { id } = await connection.frame(0);
    respond(id, "no ink", { error: true });
    respond(id, "", { done: true });
    await expect(collect(stream)).rejects.toThrow("no ink");
  });

  it("is cut off by a broken connection, and still known", async () => {
    const transport = new WebSocketChatTransport({ agent });
    const stream = await send(transport);
    const { id } = await connection.frame(0);
    connection.terminate();
    const errorText = "WebSocket closed mid-stream";
    expect(await collect(stream)).toEqual([{ type: "error", errorText }]);
    expect(transport.activeServerTurnId).toBe(id);
  });

  it("waits out a broken connection while it is only queued, and says that it waits", async () => {
    connection.terminate();
    await new Promise((resolve) => agent.addEventListener("close", resolve, { once: true }));
    const buffered: unknown[] = [];
    const transport = new WebSocketChatTransport({
      agent,
      onRequestBuffered: (messageId) => buffered.push(messageId),
    });
    const stream = await send(transport);
    expect(buffered).toEqual(["u1"]);
    connection = await server.connection();
    const { id } = await connection.frame(0);
    respond(id, { type: "finish" });
    respond(id, "", { done: true });
    expect(await collect(stream)).toEqual([{ type: "finish" }]);
  });

  it.each([true, false])("aborted in the client, with cancelOnClientAbort %s", async (cancels) => {
    const controller = new AbortController();
    const transport = new WebSocketChatTransport({ agent, cancelOnClientAbort: cancels });
    const stream = await send(transport, controller.signal);
    const { id } = await connection.frame(0);
    controller.abort();
    await expect(collect(stream)).rejects.toThrow("Aborted");
    transport.cancelActiveServerTurn();
    const cancel = { type: "cf_agent_chat_request_cancel", id };
    expect(await connection.frame(1)).toEqual(cancel);
    if (cancels) expect(await connection.frame(2)).toEqual(cancel);
    else expect(connection.received).toHaveLength(2);
  });

  it("aborted before it is sent, is not", async () => {
    const transport = new WebSocketChatTransport({ agent });
    await expect(send(transport, AbortSignal.abort())).rejects.toThrow();
    transport.cancelPendingResume();
    agent.send('{"type":"marker"}');
    expect(await connection.frame(0)).toEqual({ type: "marker" });
  });
});

describe("taking up a stream", () => {
  const probe = async (index: number) => (await connection.frame(index)).probeId;

  it("accepts the offer once and gives what is replayed and what follows", async () => {
    const transport = new WebSocketChatTransport({ agent });
    const resumed = transport.reconnectToStream({ chatId: "c" });
    const probeId = await probe(0);
    connection.send({ type: "cf_agent_stream_resuming", id: "r", probeId: "someone else's" });
    connection.send({ type: "cf_agent_stream_pending", id: "r", probeId });
    connection.send({ type: "cf_agent_stream_resuming", id: "r", probeId });
    connection.send({ type: "cf_agent_stream_resuming", id: "r" });
    expect(await connection.frame(1)).toEqual({ type: "cf_agent_stream_resume_ack", id: "r" });
    respond("r", { type: "start", messageId: "m" }, { replay: true, seq: 0 });
    respond("r", "", { replay: true, replayComplete: true });
    respond("r", { type: "finish" }, { seq: 1 });
    respond("r", "", { done: true });
    const stream = await resumed;
    expect(stream && (await collect(stream))).toEqual([
      { type: "start", messageId: "m" },
      { type: "finish" },
    ]);
    expect(connection.received).toHaveLength(2);
  });

  it("finds nothing when the server says so, when it is given up, and while it asks already", async () => {
    const transport = new WebSocketChatTransport({ agent });
    const asked = transport.reconnectToStream({ chatId: "c" });
    expect(await transport.reconnectToStream({ chatId: "c" })).toBeNull();
    const probeId = await probe(0);
    connection.send({ type: "cf_agent_stream_resume_none", reason: "idle", probeId });
    expect(await asked).toBeNull();
    const given = transport.reconnectToStream({ chatId: "c" });
    expect(transport.isAwaitingResume()).toBe(true);
    expect(transport.cancelPendingResume()).toBe(true);
    expect(await given).toBeNull();
    const controller = new AbortController();
    const aborted = transport.reconnectToStream({ chatId: "c", abortSignal: controller.signal });
    controller.abort();
    expect(await aborted).toBeNull();
    expect(transport.cancelPendingResume()).toBe(false);
  });
});

describe("what comes twice, early or not at all", () => {
  it("passes once and in order; what is missing is asked for", async () => {
    const stream = await send(new WebSocketChatTransport({ agent }));
    const { id } = await connection.frame(0);
    const chunk = (at: number) => ({ type: "data-at", data: at }) as const;
    for (const seq of [0, 0, 2, 3]) respond(id, chunk(seq), { seq });
    expect(await connection.frame(1)).toEqual({ type: "cf_agent_stream_resume_ack", id });
    for (const seq of [0, 1, 2]) respond(id, chunk(seq), { seq, replay: true });
    respond(id, "", { replay: true, replayComplete: true });
    respond(id, "", { done: true });
    expect(await collect(stream)).toEqual([0, 1, 2, 3].map(chunk));
    expect(connection.received).toHaveLength(2);
  });

  it("is kept account of for those who show streams themselves", () => {
    const { appliedChunks } = new WebSocketChatTransport({ agent });
    const replay = { continuation: true, replay: true };
    appliedChunks.record("r", 4);
    appliedChunks.record("r", 2);
    appliedChunks.record("r", undefined);
    expect(appliedChunks.isAppliedReplay("r", { ...replay, seq: 4 })).toBe(true);
    expect(appliedChunks.isAppliedReplay("r", { ...replay, seq: 5 })).toBe(false);
    expect(appliedChunks.isAppliedReplay("r", { continuation: true, seq: 4 })).toBe(false);
    for (let index = 0; index < 32; index++) appliedChunks.record(`r${index}`, 0);
    expect(appliedChunks.isAppliedReplay("r", { ...replay, seq: 4 })).toBe(false);
    appliedChunks.forget("r31");
    expect(appliedChunks.isAppliedReplay("r31", { ...replay, seq: 0 })).toBe(false);
  });
});

describe("going on after a tool", () => {
  it("has a stream at once, which gives what the server then says", async () => {
    const transport = new WebSocketChatTransport({ agent });
    transport.expectToolContinuation();
    const stream = await transport.reconnectToStream({ chatId: "c" });
    const { probeId } = await connection.frame(0);
    connection.send({ type: "cf_agent_stream_pending", id: "r2", probeId });
    connection.send({ type: "cf_agent_stream_resuming", id: "r2" });
    await connection.frame(1);
    respond("r2", { type: "finish" }, { seq: 0, continuation: true });
    respond("r2", "", { done: true });
    expect(await collect(stream!)).toEqual([{ type: "finish" }]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(transport.abortActiveToolContinuation()).toBe(false);
  });

  it("ends empty when the server says nothing, or it is given up", async () => {
    const transport = new WebSocketChatTransport({ agent });
    transport.expectToolContinuation();
    const none = await transport.reconnectToStream({ chatId: "c" });
    const { probeId } = await connection.frame(0);
    connection.send({ type: "cf_agent_stream_resume_none", reason: "idle", probeId });
    expect(await collect(none!)).toEqual([]);
    transport.expectToolContinuation();
    const given = await transport.reconnectToStream({ chatId: "c" });
    expect(transport.abortActiveToolContinuation()).toBe(true);
    expect(await collect(given!)).toEqual([]);
  });

  it("takes answers that the application heard itself", async () => {
    const transport = new WebSocketChatTransport({ agent });
    expect(transport.handleStreamPending()).toBe(false);
    expect(transport.handleStreamResuming({ id: "r" })).toBe(false);
    const asked = transport.reconnectToStream({ chatId: "c" });
    expect([transport.handleStreamPending(), transport.retryPendingResume()]).toEqual([true, true]);
    expect(transport.handleStreamResumeNone({ probeId: "someone else's" })).toBe(false);
    expect(transport.handleStreamResumeNone()).toBe(true);
    expect(await asked).toBeNull();
    transport.observeServerTurn("r");
    transport.resetResumeState();
    expect([transport.activeServerTurnId, transport.cancelActiveServerTurn()]).toEqual([
      null,
      false,
    ]);
  });
});
