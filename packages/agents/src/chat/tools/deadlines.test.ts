import type { UIMessage } from "ai";
import { describe, expect, it } from "vitest";
import type { Connection } from "../../connections/types.ts";
import { ChatRoom } from "../chat-room.ts";
import {
  message,
  pushedResponse,
  type TestHost,
  TestStorage,
  testHost,
} from "../testing/chat-host.ts";
import { interruptedPart } from "./repair.ts";

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
const MINUTE = 60_000;

function answerOf(...chunks: object[]): Response {
  const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}

const call = (toolCallId: string) => ({
  ...{ type: "tool-input-available", toolCallId, toolName: "where", input: {} },
});

/** One life of a chat whose calls are to be answered within a minute. */
async function live(storage: TestStorage, answers: Response[]) {
  const host = testHost(storage);
  host.settings.clientToolTimeoutMs = MINUTE;
  host.answer = async () => answers.shift();
  const room = new ChatRoom(host);
  await room.onStart();
  room.noteStarted();
  return { host, room };
}

/** Lets time pass, with what falls due in it. */
async function pass({ runDue, storage }: TestHost, milliseconds: number): Promise<void> {
  storage.clock.advance(milliseconds);
  await settle();
  await runDue();
  await settle();
  // What was answered is waited with a little, for more that may come.
  storage.clock.advance(50);
  await settle();
}

const runs = ({ sql }: TestHost) => sql("SELECT run_id FROM cf_agents_task_runs").length;
const part = ({ messages }: TestHost) =>
  messages.at(-1)?.parts.find((each) => "toolCallId" in each);

describe("the deadline of a call", () => {
  it("holds over a restart, from the end of the answer on", async () => {
    const storage = new TestStorage();
    const { host, room } = await live(storage, [answerOf(call("c1"), { type: "finish" })]);
    await room.save([message("u1", "where am I?")]);
    await pass(host, MINUTE / 2);
    expect(part(host)).toMatchObject({ state: "input-available" });
    const next = await live(storage, [new Response("I do not know.")]);
    expect(part(next.host)).toMatchObject({ state: "input-available" });
    await pass(next.host, MINUTE / 2 - 50);
    await next.room.parts.turns.queue.idle();
    expect(part(next.host)).toMatchObject({ state: "output-error" });
    expect(next.host.messages.at(-1)?.parts).toContainEqual(
      expect.objectContaining({ type: "text", text: "I do not know." }),
    );
    await settle();
    expect(runs(next.host)).toBe(0);
    expect([...host.errors, ...next.host.errors]).toEqual([]);
  });

  it("goes with the answer, and with the conversation", async () => {
    const storage = new TestStorage();
    const answers = [answerOf(call("c1"), { type: "finish" }), new Response("Here.")];
    const { host, room } = await live(storage, answers);
    await room.save([message("u1", "where am I?")]);
    await settle();
    expect(runs(host)).toBe(1);
    const result = { toolCallId: "c1", toolName: "where", output: "here", autoContinue: true };
    const from = { id: "a" } as never;
    await room.onMessage(from, "", { type: "cf_agent_tool_result", ...result });
    await pass(host, 50);
    await room.parts.turns.queue.idle();
    expect(part(host)).toMatchObject({ state: "output-available" });
    expect(runs(host)).toBe(0);
    answers.push(answerOf(call("c2"), { type: "finish" }));
    await room.save([...host.messages, message("u2", "and now?")]);
    await settle();
    expect(runs(host)).toBe(1);
    answers.push(answerOf(call("c3"), { type: "finish" }));
    host.repair = interruptedPart;
    await room.save([...host.messages, message("u3", "or there?")]);
    await settle();
    // The question before has been left behind, with its call.
    expect(host.sql("SELECT run_id FROM cf_agents_task_runs")).toEqual([
      { run_id: "chat_tool_c3" },
    ]);
    await room.onMessage(from, "", { type: "cf_agent_chat_clear" });
    await settle();
    expect(runs(host)).toBe(0);
    expect(host.errors).toEqual([]);
  });

  it("is not set where the agent sets no time", async () => {
    const { host, room } = await live(new TestStorage(), [
      answerOf(call("c1"), { type: "finish" }),
    ]);
    host.settings.clientToolTimeoutMs = 0;
    await room.save([message("u1", "where am I?")]);
    await settle();
    expect(runs(host)).toBe(0);
  });
});

describe("what is to follow a result", () => {
  const tab = { id: "tab" } as unknown as Connection;

  /** A chat with a tab, and what it says. */
  async function talk(answers: Response[]) {
    const { host, room } = await live(new TestStorage(), answers);
    host.connection = (id) => (id === tab.id ? tab : undefined);
    const say = (frame: object) => room.onMessage(tab, "", frame as never);
    const ask = (id: string, messages: readonly UIMessage[]) => {
      const init = { method: "POST", body: JSON.stringify({ messages }) };
      return say({ type: "cf_agent_use_chat_request", id, init });
    };
    const result = (toolCallId: string) =>
      say({ type: "cf_agent_tool_result", toolCallId, output: "here", autoContinue: true });
    return { ask, host, result, room, say };
  }
  const typesOf = ({ sent }: TestHost, from: number) =>
    sent.slice(from).map(({ frame }) => frame.type);

  it("keeps nobody from the answer to what is asked before it", async () => {
    const { ask, host, result } = await talk([
      answerOf(call("c1"), call("c2")),
      new Response("fine"),
    ]);
    await ask("r1", [message("u1", "where?")]);
    await result("c1");
    await pass(host, 0);
    const before = host.sent.length;
    await ask("r2", [...host.messages, message("u2", "never mind")]);
    expect(typesOf(host, before)).not.toContain("cf_agent_stream_resuming");
    const chunks = host.sent.filter(({ frame }) => frame.id === "r2" && frame.done === false);
    expect(chunks.flatMap(({ without }) => without)).toEqual([]);
    expect(chunks.length).toBeGreaterThan(2);
  });

  it("is taken also while a turn is asked that stands before the call", async () => {
    const { ask, host, result, room } = await talk([answerOf(call("c1")), new Response("fine")]);
    await ask("r1", [message("u1", "where?")]);
    await room.history.asOf(1, async () => {
      expect(host.messages).toHaveLength(1);
      await result("c1");
    });
    expect(part(host)).toMatchObject({ state: "output-available" });
  });

  it("does not follow when the answer that called is stopped", async () => {
    const { response, push } = pushedResponse();
    const { ask, host, result, say } = await talk([response, new Response("never said")]);
    const turn = ask("r1", [message("u1", "where?")]);
    push(call("c1"));
    await settle();
    await result("c1");
    await say({ type: "cf_agent_chat_request_cancel", id: "r1" });
    await turn;
    await pass(host, 0);
    expect(host.messages.at(-1)?.parts).toMatchObject([{ state: "output-available" }]);
    expect(typesOf(host, 0)).toContain("cf_agent_stream_resume_none");
  });

  it("does not follow when it is stopped itself, before it begins", async () => {
    const { ask, host, result, say } = await talk([
      answerOf(call("c1")),
      new Response("never said"),
    ]);
    await ask("r1", [message("u1", "where?")]);
    await result("c1");
    await say({ type: "cf_agent_stream_resume_request" });
    const { id, type } = host.sent.at(-1)?.frame ?? {};
    expect(type).toBe("cf_agent_stream_pending");
    await say({ type: "cf_agent_chat_request_cancel", id });
    expect(host.sent.at(-1)?.frame).toEqual({ type: "cf_agent_stream_resume_none" });
    await pass(host, 0);
    expect(host.messages.at(-1)?.parts).toMatchObject([{ state: "output-available" }]);
  });
});
