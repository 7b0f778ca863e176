import assert from "node:assert/strict";
import { connectTo, eventually } from "../agent.ts";
import type { Row } from "../cell.ts";

interface ChatFrame {
  readonly type: string;
  readonly id?: string;
  readonly body?: string;
  readonly done?: boolean;
  readonly messages?: readonly ChatMessage[];
}

interface ChatMessage {
  readonly role: string;
  readonly parts: readonly { readonly type: string; readonly text?: string }[];
}

const question = { id: "u1", role: "user", parts: [{ type: "text", text: "hi" }] };

function framesOf(messages: readonly string[], type: string): ChatFrame[] {
  const frames = messages.map((message) => JSON.parse(message) as ChatFrame);
  return frames.filter((frame) => frame.type === type);
}

function textOf(messages: readonly ChatMessage[] | undefined): string[] {
  return (messages ?? []).map(
    ({ role, parts }) => `${role}: ${parts.map(({ text }) => text ?? "").join("")}`,
  );
}

const chat: Row = {
  name: "chat",
  async run(cell) {
    using asker = await connectTo(cell, { agent: "MatrixChat" });
    using watcher = await connectTo(cell, { agent: "MatrixChat" });
    const body = JSON.stringify({ messages: [question], trigger: "submit-message" });
    const request = { type: "cf_agent_use_chat_request", id: "r1", init: { method: "POST", body } };
    asker.client.send(JSON.stringify(request));
    const answers = () => framesOf(asker.messages, "cf_agent_use_chat_response");
    await eventually("the end of the answer", () => answers().some(({ done }) => done));
    const chunks = answers()
      .filter(({ done }) => done !== true)
      .map((frame) => JSON.parse(frame.body ?? "") as { type: string; delta?: string });
    assert.equal(chunks.map(({ delta }) => delta ?? "").join(""), "Hello, world.");
    assert.deepEqual([chunks[0]?.type, chunks.at(-1)?.type], ["start", "finish"]);

    const expected = ["user: hi", "assistant: Hello, world."];
    const transcript = await eventually("the transcript at the other client", () =>
      framesOf(watcher.messages, "cf_agent_chat_messages").find(
        ({ messages }) => messages?.length === 2,
      ),
    );
    assert.deepEqual(textOf(transcript.messages), expected);
    const path = `/agents/matrix-chat/${cell.name}/get-messages`;
    const stored = async () =>
      (await (await fetch(new URL(path, cell.url))).json()) as ChatMessage[];
    assert.deepEqual(textOf(await stored()), expected);

    asker.client.send(JSON.stringify({ type: "cf_agent_chat_clear" }));
    await eventually(
      "the clear",
      () => framesOf(watcher.messages, "cf_agent_chat_clear").length > 0,
    );
    assert.deepEqual(await stored(), []);
  },
};

export const chatRows: readonly Row[] = [chat];
