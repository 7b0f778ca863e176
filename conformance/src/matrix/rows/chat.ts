import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { call, connectTo, eventually } from "../agent.ts";
import type { Cell, Row } from "../cell.ts";
import { Pool } from "../pool.ts";
import { startProxy } from "../proxy.ts";

interface ChatFrame {
  readonly type: string;
  readonly id?: string;
  readonly body?: string;
  readonly done?: boolean;
  readonly replayComplete?: boolean;
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

/** An answer that waits in the middle until it is let go, however long a connection takes to come back. */
const halting = [
  { type: "start" },
  { type: "text-start", id: "t" },
  ...["one ", "two "].map((delta) => ({ type: "text-delta", id: "t", delta })),
  { hold: "go" },
  ...["three ", "four ", "five ", "six"].map((delta) => ({ type: "text-delta", id: "t", delta })),
  { type: "text-end", id: "t" },
  { type: "finish" },
];

const resume: Row = {
  name: "chat-resume",
  async run(cell) {
    await using proxy = await startProxy(cell.url);
    const through = { ...cell, url: new URL(`http://${proxy.host}`) };
    const options = { agent: "MatrixScript", minReconnectionDelay: 10, maxReconnectionDelay: 50 };
    using asker = await connectTo(through, options);
    const text = JSON.stringify({ turns: [halting] });
    const asked = { id: "u1", role: "user", parts: [{ type: "text", text }] };
    const body = JSON.stringify({ messages: [asked], trigger: "submit-message" });
    const request = { type: "cf_agent_use_chat_request", id: "r1", init: { method: "POST", body } };
    asker.client.send(JSON.stringify(request));
    const answers = () => framesOf(asker.messages, "cf_agent_use_chat_response");
    await eventually("the first chunks", () => answers().length > 3);
    proxy.cut();
    const resuming = await eventually("the offer to resume", () =>
      framesOf(asker.messages, "cf_agent_stream_resuming").at(-1),
    );
    assert.equal(resuming.id, "r1");
    const before = answers().length;
    asker.client.send(JSON.stringify({ type: "cf_agent_stream_resume_ack", id: "r1" }));
    await eventually("what was missed", () => answers().some((frame) => frame.replayComplete));
    await call(asker.client, "release", "go");
    await eventually("the end of the answer", () => answers().some(({ done }) => done));
    const chunks = answers()
      .slice(before)
      .filter((frame) => frame.body && frame.done !== true)
      .map((frame) => JSON.parse(frame.body ?? "") as { delta?: string });
    assert.equal(chunks.map(({ delta }) => delta ?? "").join(""), "one two three four five six");
    const path = `/agents/matrix-script/${cell.name}/get-messages`;
    const stored = (await (await fetch(new URL(path, cell.url))).json()) as ChatMessage[];
    assert.deepEqual(textOf(stored), [`user: ${text}`, "assistant: one two three four five six"]);
  },
};

/** Each page is a process that keeps a core busy while it starts. */
const pages = new Pool(2);
const tab = join(import.meta.dirname, "../react/tab.ts");

/** What the chat hook of the cell's client package shows in a page. */
async function shownBy(cell: Cell, agent: string, story: "turn" | "reload"): Promise<unknown> {
  const args = ["--conditions=freehold-source", "--disable-warning=ExperimentalWarning", tab];
  const { stdout } = await pages.run(() =>
    promisify(execFile)(
      process.execPath,
      [...args, cell.sdk, cell.url.host, agent, cell.name, story],
      { timeout: 60_000 },
    ),
  );
  return JSON.parse(stdout);
}

const react: Row = {
  name: "chat-react",
  async run(cell) {
    const whole = ["user: hi", "assistant: Hello, world."];
    assert.deepEqual(await shownBy(cell, "MatrixChat", "turn"), [whole, whole, []]);
  },
};

const reload: Row = {
  name: "chat-react-reload",
  async run(cell) {
    const whole = ["user: hi", "assistant: one two three four five six"];
    assert.deepEqual(await shownBy(cell, "PublishedChat", "reload"), [whole, []]);
  },
};

export const chatRows: readonly Row[] = [chat, resume, react, reload];
