import type { UIMessage } from "ai";
import { describe, expect, it, vi } from "vitest";
import type { Connection } from "../connections/types.ts";
import { ChatRoom } from "./chat-room.ts";
import { message, type TestHost, testHost } from "./testing/chat-host.ts";
import type { MessageConcurrency } from "./types.ts";

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

const connection = { id: "tab" } as unknown as Connection;

/** A chat whose first answer waits until it is let go; the others echo the last question. */
async function busy(concurrency: MessageConcurrency) {
  const host = testHost();
  host.settings.messageConcurrency = concurrency;
  const gate = Promise.withResolvers<void>();
  const asked: string[][] = [];
  host.answer = async () => {
    asked.push(texts(host.messages));
    if (asked.length === 1) await gate.promise;
    return new Response(`to ${texts(host.messages).at(-1)}`);
  };
  const room = new ChatRoom(host);
  await room.onStart();
  room.noteStarted();
  const known: UIMessage[] = [];
  const send = (id: string, trigger: string) => {
    const body = JSON.stringify({ messages: known, trigger });
    const frame = { type: "cf_agent_use_chat_request", id, init: { method: "POST", body } };
    return room.onMessage(connection, "", frame);
  };
  const ask = (id: string, trigger = "submit-message") => {
    known.push(message(`u-${id}`, id));
    return send(id, trigger);
  };
  const anew = (id: string) => send(id, "regenerate-message");
  return { host, room, asked, ask, anew, release: () => gate.resolve() };
}

function texts(messages: readonly UIMessage[]): string[] {
  return messages.map(({ parts }) =>
    parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
  );
}

function ends(host: TestHost): unknown[] {
  return host.sent
    .map(({ frame }) => frame)
    .filter(({ done }) => done === true)
    .map(({ id, outcome = "completed" }) => `${id} ${outcome}`);
}

describe("a message that comes while another is answered", () => {
  it("queue: is answered in its turn, and each turn sees what it answers", async () => {
    const { ask, asked, host, release, room } = await busy("queue");
    const all = ["a", "b", "c"].map((id) => ask(id));
    await settle();
    release();
    await Promise.all(all);
    expect(texts(host.messages)).toEqual(["a", "to a", "b", "to b", "c", "to c"]);
    expect(asked).toEqual([["a"], ["a", "to a", "b"], ["a", "to a", "b", "to b", "c"]]);
    expect(ends(host)).toEqual(["a completed", "b completed", "c completed"]);
    await room.parts.turns.queue.idle();
  });

  it("latest: only the last of those that wait is answered; all are kept", async () => {
    const { ask, asked, host, release } = await busy("latest");
    const all = ["a", "b", "c"].map((id) => ask(id));
    await settle();
    // The one that was given up has its end already: a crash would not bring it back.
    expect(host.storage.kv.size).toBe(2);
    release();
    await Promise.all(all);
    expect(texts(host.messages)).toEqual(["a", "to a", "b", "c", "to c"]);
    expect(asked).toHaveLength(2);
    expect(ends(host)).toEqual(["a completed", "b skipped", "c completed"]);
  });

  it("merge: those that wait become one message", async () => {
    const { ask, asked, host, release } = await busy("merge");
    const all = ["a", "b", "c", "d"].map((id) => ask(id));
    await settle();
    release();
    await Promise.all(all);
    const merged = "b\n\nc\n\nd";
    expect(texts(host.messages)).toEqual(["a", "to a", merged, `to ${merged}`]);
    expect(host.messages[2]?.id).toBe("u-d");
    expect(asked.at(-1)).toEqual(["a", "to a", merged]);
    expect(ends(host)).toEqual(["a completed", "b skipped", "c skipped", "d completed"]);
  });

  it("drop: is refused, not stored, and the client is shown how things stand", async () => {
    const { ask, host, release } = await busy("drop");
    const first = ask("a");
    await settle();
    await ask("b");
    const [shown, end] = host.sent.slice(-2).map(({ frame }) => frame);
    expect(texts(shown?.messages as UIMessage[])).toEqual(["a"]);
    expect(end).toMatchObject({
      id: "b",
      done: true,
      outcome: "skipped",
      messageIds: ["u-a", "u-b"],
    });
    release();
    await first;
    expect(texts(host.messages)).toEqual(["a", "to a"]);
  });

  it("debounce: the last is answered once it has been quiet for long enough", async () => {
    const { ask, asked, host, release } = await busy({ strategy: "debounce", debounceMs: 500 });
    const all = [ask("a"), ask("b")];
    await settle();
    release();
    await settle();
    all.push(ask("c"));
    await settle();
    expect(asked).toHaveLength(1);
    host.storage.clock.advance(499);
    await settle();
    expect(asked).toHaveLength(1);
    host.storage.clock.advance(1);
    await Promise.all(all);
    expect(ends(host)).toEqual(["a completed", "b skipped", "c completed"]);
  });

  it("regenerating takes back the answer that was under way, once it is there", async () => {
    const { anew, ask, asked, host, release } = await busy("queue");
    const all = [ask("a"), anew("again")];
    await settle();
    release();
    await Promise.all(all);
    expect(asked).toEqual([["a"], ["a"]]);
    expect(texts(host.messages)).toEqual(["a", "to a"]);
    expect(ends(host)).toEqual(["a completed", "again completed"]);
  });

  it("is taken once from its tab, and refused from another that uses its id", async () => {
    const { ask, asked, host, release, room } = await busy("queue");
    const turn = ask("a");
    await settle();
    vi.spyOn(console, "warn").mockReturnValue();
    await ask("a");
    expect(ends(host)).toEqual([]);
    const body = JSON.stringify({ messages: [message("u2", "mine")] });
    const frame = { type: "cf_agent_use_chat_request", id: "a", init: { method: "POST", body } };
    await room.onMessage({ id: "other" } as unknown as Connection, "", frame);
    vi.restoreAllMocks();
    expect(ends(host)).toEqual(["a error"]);
    release();
    await turn;
    expect(asked).toHaveLength(1);
    expect(texts(host.messages)).toEqual(["a", "to a"]);
  });

  it("regenerating waits whatever the policy is", async () => {
    const { ask, asked, host, release } = await busy("drop");
    const all = [ask("a"), ask("b", "regenerate-message")];
    await settle();
    release();
    await Promise.all(all);
    expect(asked).toHaveLength(2);
    expect(ends(host)).toEqual(["a completed", "b completed"]);
  });

  it("clear ends the wait for quiet, and what comes after it does not wait", async () => {
    const { ask, asked, host, release, room } = await busy("debounce" as never);
    host.settings.messageConcurrency = { strategy: "debounce" };
    const all = [ask("a"), ask("b")];
    await settle();
    release();
    await settle();
    await room.onMessage(connection, "", { type: "cf_agent_chat_clear" });
    await Promise.all(all);
    expect(host.messages).toEqual([]);
    expect(ends(host)).toContain("b skipped");
    await ask("c");
    expect(asked).toHaveLength(2);
    expect(host.messages.at(-1)?.role).toBe("assistant");
  });
});

describe("a message that cannot be stored", () => {
  it("is refused, and nothing of it stays", async () => {
    const { ask, host, room } = await busy("queue");
    vi.spyOn(console, "error").mockReturnValue();
    host.sanitize = () => {
      throw new Error("mine");
    };
    await expect(ask("a")).rejects.toThrow("mine");
    expect(host.sent.at(-1)?.frame).toMatchObject({
      error: true,
      body: "Failed to save the message.",
    });
    expect([...host.storage.kv.keys()]).toEqual([]);
    expect(room.parts.turns.queue.size).toBe(0);
  });
});
