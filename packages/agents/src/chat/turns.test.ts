import type { UIMessage } from "ai";
import { describe, expect, it } from "vitest";
import type { Connection } from "../connections/types.ts";
import { ChatRoom } from "./chat-room.ts";
import {
  message,
  pushedResponse,
  type TestHost,
  TestStorage,
  testHost,
} from "./testing/chat-host.ts";
import { TurnQueue } from "./turn-queue.ts";

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** One life of a chat. */
async function live(host: TestHost = testHost()) {
  const room = new ChatRoom(host);
  await room.onStart();
  room.noteStarted();
  return { host, room };
}

const tab = { id: "tab" } as unknown as Connection;

/** A tab asks with its copy of the conversation. Resolves when its turn has ended. */
function ask(
  room: ChatRoom,
  id: string,
  messages: readonly UIMessage[],
  trigger = "submit-message",
) {
  const body = JSON.stringify({ messages, trigger });
  const frame = { type: "cf_agent_use_chat_request", id, init: { method: "POST", body } };
  return room.onMessage(tab, "", frame);
}

const ids = (of: readonly { id: string }[]) => of.map(({ id }) => id);
const texts = (of: readonly UIMessage[]) =>
  of.map(({ parts }) => parts.map((part) => (part.type === "text" ? part.text : "")).join(""));

describe("an answer under way", () => {
  it("is no part of the conversation, and is stored whole at its end", async () => {
    const { host, room } = await live();
    const { response, push, end } = pushedResponse();
    host.answer = async () => response;
    const turn = room.save([message("u1", "tell me")]);
    push({ type: "text-delta", id: "t", delta: "once " });
    await settle();
    const shown = await room.onRequest({ request: new Request("http://a/get-messages") })?.json();
    expect(shown).toEqual([message("u1", "tell me")]);
    push({ type: "text-delta", id: "t", delta: "upon" });
    push({ type: "text-end", id: "t" });
    end();
    expect(await turn).toMatchObject({ status: "completed" });
    const next = await live(testHost(host.storage));
    expect(next.host.messages).toEqual(host.messages);
    expect(next.host.messages[1]).toMatchObject({ parts: [{ text: "once upon", state: "done" }] });
  });

  it("is not taken from a tab's copy, whatever its model has named it", async () => {
    const { host, room } = await live();
    const { response, push, end } = pushedResponse();
    host.answer = async () => response;
    const turn = ask(room, "r1", [message("u1", "tell me")]);
    push({ type: "start", messageId: "mine" });
    push({ type: "text-delta", id: "t", delta: "once " });
    await settle();
    const copy = [message("u1", "tell me"), message("mine", "once ", "assistant")];
    await room.onMessage(tab, "", { type: "cf_agent_chat_messages", messages: copy });
    expect(texts(host.messages)).toEqual(["tell me"]);
    push({ type: "text-delta", id: "t", delta: "upon" });
    end();
    await turn;
    expect(texts(host.messages)).toEqual(["tell me", "once upon"]);
  });

  it("is beside what tabs say, also in an older form", async () => {
    const { host, room } = await live();
    const old = { id: "old", role: "user", content: "said long ago" };
    await room.onMessage(tab, "", { type: "cf_agent_chat_messages", messages: [old] });
    expect(texts(host.messages)).toEqual(["said long ago"]);
  });

  it.each([
    [{ type: "error" }, '{"type":"error"}'],
    [{ type: "error", errorText: { code: 1 } }, '{"code":1}'],
    [{ type: "error", errorText: "" }, ""],
  ])("ends with %j", async (chunk, words) => {
    const { host, room } = await live();
    const { response, push } = pushedResponse();
    host.answer = async () => response;
    const turn = room.save([message("u1", "x")]);
    push({ type: "text-delta", id: "t", delta: "one" });
    push(chunk);
    push({ type: "text-delta", id: "t", delta: "two" });
    expect(await turn).toMatchObject({ status: "error", error: words });
    expect(texts(host.messages)).toEqual(["x", "one"]);
  });

  it("that goes on with another says so of its error as well", async () => {
    const { host, room } = await live();
    host.answer = async () => new Response("words");
    await room.save([message("u1", "x")]);
    const { response, push } = pushedResponse();
    host.answer = async () => response;
    const turn = room.continueLast(undefined);
    push({ type: "error", errorText: "no more" });
    await turn;
    expect(host.sent.slice(-2).map(({ frame }) => [frame.body, frame.continuation])).toEqual([
      ["no more", true],
      ["", true],
    ]);
  });

  it("that cannot be stored ends in an error everyone hears", async () => {
    const { host, room } = await live();
    host.answer = async () => new Response("words");
    host.sanitize = (each) => {
      if (each.role === "assistant") throw new Error("mine");
      return each;
    };
    const end = await room.save([message("u1", "x")]);
    expect(end).toMatchObject({ status: "error", error: "Failed to save the response." });
    expect(host.sent.at(-1)?.frame).toMatchObject({
      body: "Failed to save the response.",
      done: true,
      error: true,
      outcome: "error",
    });
    expect(host.messages).toEqual([message("u1", "x")]);
  });

  it("leaves nothing behind when it has ended", async () => {
    const { host, room } = await live();
    host.answer = async () => new Response("words");
    await room.save([message("u1", "x")]);
    await settle();
    const count = (table: string) =>
      host.sql<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0];
    for (const table of ["streams", "stream_blocks", "task_runs", "task_steps"]) {
      expect([table, count(`cf_agents_${table}`)?.n]).toEqual([table, 0]);
    }
    expect([...host.storage.kv.keys()]).toEqual(["cf:chat-recovery:progress"]);
  });
});

describe("saveMessages", () => {
  it("says how its turn ended, for any end", async () => {
    const { host, room } = await live();
    host.answer = async () => new Response("fine");
    expect(await room.save([message("u1", "x")])).toEqual({
      requestId: expect.any(String),
      status: "completed",
    });
    host.answer = async () => {
      throw new Error("no");
    };
    expect(await room.save([])).toMatchObject({ status: "error", error: "no" });
    expect(await room.save([], { signal: AbortSignal.abort() })).toMatchObject({
      status: "aborted",
    });
    const held = pushedResponse();
    host.answer = async () => held.response;
    const running = room.save([]);
    const waiting = room.save([message("u2", "y")]);
    await settle();
    room.reset();
    expect((await running).status).toBe("aborted");
    expect((await waiting).status).toBe("skipped");
    expect(host.messages.map(({ id }) => id)).not.toContain("u2");
  });

  it("keeps only the newest messages when told to", async () => {
    const { host, room } = await live();
    host.settings.maxPersistedMessages = 3;
    host.answer = async () => new Response("ok");
    for (const id of ["u1", "u2", "u3"]) await room.save([message(id, id)]);
    expect(host.messages.map((each) => each.role)).toEqual(["assistant", "user", "assistant"]);
    const next = await live(testHost(host.storage));
    expect(next.host.messages).toEqual(host.messages);
  });

  it("does not take back from a tab's copy what the limit has deleted", async () => {
    const { host, room } = await live();
    host.settings.maxPersistedMessages = 4;
    host.answer = async () => new Response(`to ${texts(host.messages).at(-1)}`);
    const copy: UIMessage[] = [];
    for (const id of ["a", "b", "c", "d"]) {
      copy.push(message(id, id));
      await ask(room, id, copy);
      copy.push(...host.messages.slice(-1));
    }
    expect(texts(host.messages)).toEqual(["c", "to c", "d", "to d"]);
    const before = host.messages.at(-1)?.id;
    await ask(room, "again", copy.slice(0, -1), "regenerate-message");
    expect(texts(host.messages)).toEqual(["c", "to c", "d", "to d"]);
    expect(ids(host.messages)).not.toContain(before);
  });
});

describe("a turn without an answer that is stopped", () => {
  it.each(["cancelled", "cleared"])("is %s, and nothing went wrong", async (how) => {
    const { host, room } = await live();
    const gate = Promise.withResolvers<undefined>();
    host.answer = () => gate.promise;
    const turn = ask(room, "r1", [message("u1", "x")]);
    await settle();
    const type = `cf_agent_chat_${how === "cleared" ? "clear" : "request_cancel"}`;
    await room.onMessage(tab, "", { type, id: "r1" });
    gate.resolve(undefined);
    await turn;
    expect(host.sent.at(-1)?.frame).toMatchObject({ id: "r1", body: "", outcome: "aborted" });
    await room.onMessage(tab, "", { type: "cf_agent_stream_resume_request" });
    expect(host.sent.at(-1)?.frame).toMatchObject({ reason: "idle" });
  });
});

describe("a start", () => {
  it("reads the newest messages into memory, up to a number of bytes; all stay stored", async () => {
    const { host, room } = await live();
    const words = "x".repeat(1000);
    for (let n = 0; n < 6; n++) room.history.persist([message(`u${n}`, `${n} ${words}`)]);
    const all = ids(host.messages);

    const next = testHost(host.storage);
    next.settings.hydrationByteBudget = 2500;
    const { room: later } = await live(next);
    expect(ids(next.messages)).toEqual(all.slice(-2));
    const [[type, told] = []] = next.events.filter(([name]) => name.startsWith("chat:hydration"));
    expect([type, told]).toEqual([
      "chat:hydration:windowed",
      expect.objectContaining({ budgetBytes: 2500, hydratedMessages: 2 }),
    ]);
    expect(ids((await later.history.response().json()) as { id: string }[])).toEqual(all);
    for (const budget of [0, -1, Number.POSITIVE_INFINITY]) {
      const whole = testHost(host.storage);
      whole.settings.hydrationByteBudget = budget;
      await live(whole);
      expect(ids(whole.messages)).toEqual(all);
    }

    // What a tab was shown since is not all that there is.
    next.answer = async () => new Response("anew");
    await ask(later, "r1", next.messages.slice(0, 1), "regenerate-message");
    const stored = (await later.history.response().json()) as UIMessage[];
    expect(ids(stored).slice(0, -1)).toEqual(all.slice(0, -1));
    expect(texts(stored).at(-1)).toBe("anew");
    await ask(later, "r2", stored.slice(0, 2), "regenerate-message");
    const left = (await later.history.response().json()) as UIMessage[];
    expect(ids(left).slice(0, -1)).toEqual(all.slice(0, 2));
  });
});

describe("TurnQueue", () => {
  it("runs turns in order, gives up those of an older epoch, and survives failures", async () => {
    const queue = new TurnQueue();
    const log: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = queue.run(queue.epoch, async () => {
      await gate.promise;
      log.push("first");
      throw new Error("first failed");
    });
    const second = queue.run(queue.epoch, async () => log.push("second"));
    await settle();
    queue.reset();
    const third = queue.run(queue.epoch, async () => log.push("third"));
    expect(queue.size).toBe(3);
    gate.resolve();
    await expect(first).rejects.toThrow("first failed");
    expect(await second).toEqual({ ran: false });
    expect(await third).toMatchObject({ ran: true });
    await queue.idle();
    expect(log).toEqual(["first", "third"]);
  });
});

describe("a turn that an earlier life left", () => {
  const words = async (host: TestHost) =>
    host.messages.map(({ parts }) =>
      parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
    );

  it("goes on with what was said, under another request, and ends once", async () => {
    const { host, room } = await live();
    const { response, push } = pushedResponse();
    host.answer = async () => response;
    void room.save([message("u1", "tell me")]);
    push({ type: "text-start", id: "t" });
    push({ type: "text-delta", id: "t", delta: "once " });
    await settle();
    const storage: TestStorage = host.storage;
    const later = testHost(storage);
    const asked: unknown[] = [];
    later.answer = async ({ continuation }) => {
      asked.push([continuation, await words(later)]);
      return new Response("upon a time");
    };
    const next = await live(later);
    await next.room.parts.turns.queue.idle();
    await settle();
    expect(asked).toEqual([[true, ["tell me", "once "]]]);
    expect(await words(later)).toEqual(["tell me", "once upon a time"]);
    expect(later.recoveries).toMatchObject([
      { recoveryKind: "continue", attempt: 1, partialText: "once ", recoveryData: null },
    ]);
    expect(later.results).toMatchObject([{ status: "completed", continuation: true }]);
    expect(
      later.events.map(([type]) => type).filter((type) => type.startsWith("chat:recovery")),
    ).toEqual(["chat:recovery:detected", "chat:recovery:completed"]);
    expect([...storage.kv.keys()]).toEqual(["cf:chat-recovery:progress"]);
    expect(later.errors).toEqual([]);
  });

  it("has kept chunks that no row takes, numbered like the others", async () => {
    const { host, room } = await live();
    const { response, push } = pushedResponse();
    host.answer = async () => response;
    void room.save([message("u1", "draw")], { requestId: "r1" });
    const url = `data:image/png;base64,${"A".repeat(3_000_000)}`;
    push({ type: "file", mediaType: "image/png", url });
    push({ type: "text-delta", id: "t", delta: "there" });
    for (let turn = 0; turn < 20; turn++) await settle();
    const seen = host.sent.map(({ frame }) => frame).filter(({ body }) => body);
    expect(seen.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    const later = testHost(host.storage);
    later.answer = async () => new Response(" it is");
    const next = await live(later);
    await next.room.parts.turns.queue.idle();
    await settle();
    expect(later.messages.at(-1)?.parts).toMatchObject([
      { type: "file", url },
      { type: "text", text: "there it is" },
    ]);
  });

  /** A life that ends in the middle of an answer: what it leaves, and the life after it. */
  async function interrupted() {
    const { host, room } = await live();
    const { response, push } = pushedResponse();
    host.answer = async () => response;
    void room.save([message("u1", "tell me")]);
    push({ type: "text-start", id: "t" });
    push({ type: "text-delta", id: "t", delta: "once " });
    await settle();
    const later = testHost(host.storage);
    const asked: string[][] = [];
    later.answer = async ({ continuation }) => {
      asked.push(await words(later));
      return new Response(continuation ? "upon a time" : "that is all");
    };
    return { asked, later, next: new ChatRoom(later) };
  }
  const told = ["tell me", "once upon a time", "what else", "that is all"];

  it("keeps its place before what a tab says first", async () => {
    const { asked, later, next } = await interrupted();
    await next.onStart();
    const turn = ask(next, "r2", [message("u1", "tell me"), message("u2", "what else")]);
    await turn;
    expect(await words(later)).toEqual(told);
    expect(asked).toEqual([["tell me", "once "], told.slice(0, 3)]);
    expect(texts((await live(testHost(later.storage))).host.messages)).toEqual(told);
  });

  it("comes before what somebody asks of the agent, once it has started", async () => {
    const { asked, later, next } = await interrupted();
    await next.onStart();
    later.isStarted = () => true;
    await next.save((now) => [...now, message("u2", "what else")]);
    expect(asked).toEqual([["tell me", "once "], told.slice(0, 3)]);
  });

  it("lets a start that has the agent speak go through, and has its place all the same", async () => {
    const { asked, later, next } = await interrupted();
    await next.onStart();
    const end = await next.save((now) => [...now, message("u2", "what else")]);
    expect(end.status).toBe("completed");
    next.noteStarted();
    await next.parts.turns.queue.idle();
    expect(await words(later)).toEqual(told);
    expect(asked).toEqual([
      ["tell me", "what else"],
      ["tell me", "once "],
    ]);
    expect(texts((await live(testHost(later.storage))).host.messages)).toEqual(told);
  });

  it("is answered anew when nothing was said, after those before it", async () => {
    const { host, room } = await live();
    host.answer = () => new Promise(() => undefined);
    void room.save([message("u1", "one")]);
    await settle();
    const later = testHost(host.storage);
    later.answer = async () => new Response(`to ${(await words(later)).at(-1)}`);
    const next = await live(later);
    await next.room.parts.turns.queue.idle();
    expect(await words(later)).toEqual(["one", "to one"]);
    expect(later.recoveries).toMatchObject([{ recoveryKind: "retry", partialText: "" }]);
  });

  it("is given up when its attempts die again and again, and says so once", async () => {
    let storage = new TestStorage();
    const first = await live(testHost(storage));
    first.host.answer = () => new Promise(() => undefined);
    void first.room.save([message("u1", "one")]);
    await settle();
    let asked = 0;
    let last = first.host;
    for (let life = 0; life < 8; life++) {
      storage = last.storage;
      last = testHost(storage);
      last.answer = () => {
        asked++;
        return new Promise(() => undefined);
      };
      const { room } = await live(last);
      await settle();
      if (room.parts.turns.queue.size === 0) break;
    }
    // The first attempt counts: five in all.
    expect(asked).toBe(4);
    expect(last.results).toMatchObject([{ status: "error", error: expect.any(String) }]);
    expect(last.events.at(-2)).toEqual([
      "chat:recovery:exhausted",
      expect.objectContaining({ reason: "interrupted_attempts_exceeded" }),
    ]);
    expect(storage.kv.get("cf:chat:last-terminal")).toMatchObject({
      body: "The assistant was interrupted and could not recover. Please try again.",
    });
    const after = await live(testHost(storage));
    await settle();
    expect([after.host.results, after.host.recoveries]).toEqual([[], []]);
  });

  it("goes with the conversation, and nothing is left of it", async () => {
    const { host, room } = await live();
    const { response, push } = pushedResponse();
    host.answer = async () => response;
    void room.save([message("u1", "tell me")]);
    push({ type: "text-start", id: "t" });
    push({ type: "text-delta", id: "t", delta: "once " });
    await settle();
    const later = testHost(host.storage);
    const second = pushedResponse();
    later.answer = async () => second.response;
    const next = await live(later);
    await settle();
    expect(later.recoveries).toHaveLength(1);
    await next.room.onMessage({ id: "a" } as never, "", { type: "cf_agent_chat_clear" } as never);
    await next.room.parts.turns.queue.idle();
    await settle();
    expect(await words(later)).toEqual([]);
    expect([...later.storage.kv.keys()]).toEqual(["cf:chat-recovery:progress"]);
    const last = testHost(later.storage);
    await live(last);
    expect([last.messages, last.recoveries, last.events]).toEqual([[], [], []]);
  });

  it("does not come back when it was cancelled", async () => {
    const { host, room } = await live();
    const { response, push } = pushedResponse();
    host.answer = async () => response;
    void room.save([message("u1", "tell me")], { requestId: "r1" });
    push({ type: "text-delta", id: "t", delta: "once " });
    await settle();
    room.parts.ledger.cancel("r1");
    const later = testHost(host.storage);
    const next = await live(later);
    await next.room.parts.turns.queue.idle();
    await settle();
    expect(await words(later)).toEqual(["tell me", "once "]);
    expect(later.results).toMatchObject([{ status: "aborted" }]);
    expect(later.recoveries).toEqual([]);
  });
});

describe("a stream that breaks", () => {
  /** A turn whose answer has broken off, and is tried again in a second. */
  async function putOff() {
    const { host, room } = await live();
    const { response, push, fail } = pushedResponse();
    host.answer = async () => response;
    const turn = ask(room, "r1", [message("u1", "go")]);
    push({ type: "text-start", id: "t" });
    push({ type: "text-delta", id: "t", delta: "on " });
    await settle();
    fail(Object.assign(new Error("gone"), { retryable: true }));
    await turn;
    const again = async () => {
      await settle();
      host.storage.clock.advance(1000);
      await host.runDue();
      await settle();
    };
    return { again, host, room };
  }

  it("goes on with its own answer, whatever was asked and answered meanwhile", async () => {
    const { again, host, room } = await putOff();
    host.answer = async () => new Response("all is well");
    await ask(room, "r2", [...host.messages, message("u2", "how are you")]);
    host.answer = async () => new Response("and on");
    await again();
    expect(texts(host.messages)).toEqual(["go", "on and on", "how are you", "all is well"]);
  });

  it.each<[string, (room: ChatRoom) => unknown]>([
    [
      "somebody",
      (room) => room.onMessage(tab, "", { type: "cf_agent_chat_request_cancel", id: "r1" }),
    ],
    ["the agent", (room) => room.abort("r1")],
    ["the agent, with all others,", (room) => room.abortAll()],
  ])("is not tried again once %s has cancelled it", async (_who, cancel) => {
    const { again, host, room } = await putOff();
    await cancel(room);
    expect(host.sent.slice(-2).map(({ frame }) => frame)).toMatchObject([
      { id: "r1", done: true, outcome: "aborted" },
      { type: "cf_agent_chat_recovering", recovering: false },
    ]);
    await again();
    expect(texts(host.messages)).toEqual(["go", "on "]);
    expect(host.results).toMatchObject([{ status: "aborted" }]);
    expect([...host.storage.kv.keys()]).toEqual(["cf:chat-recovery:progress"]);
  });

  it("with what goes away by itself is tried again after a while, and goes on", async () => {
    const { host, room } = await live();
    const { response, push, fail } = pushedResponse();
    const answers = [response, new Response("and on")];
    host.answer = async () => answers.shift();
    const turn = room.save([message("u1", "go")]);
    push({ type: "text-start", id: "t" });
    push({ type: "text-delta", id: "t", delta: "on " });
    await settle();
    fail(Object.assign(new Error("gone"), { retryable: true }));
    expect(await turn).toMatchObject({ status: "aborted" });
    expect(host.results).toEqual([]);
    expect(host.sent.at(-2)?.frame).toMatchObject({ done: true, outcome: "recovering" });
    await settle();
    host.storage.clock.advance(1000);
    await host.runDue();
    await settle();
    expect(host.results).toMatchObject([{ status: "completed", continuation: true }]);
    expect(host.messages.at(-1)?.parts).toMatchObject([{ text: "on and on" }]);
    expect(host.errors).toEqual([]);
  });

  it("that is silent for too long is told of, and tried again at once", async () => {
    const { host, room } = await live();
    host.settings.chatStreamStallTimeoutMs = 500;
    const { response, push } = pushedResponse();
    const answers = [response, new Response("and on")];
    host.answer = async () => answers.shift();
    const turn = room.save([message("u1", "go")], { requestId: "r1" });
    push({ type: "text-start", id: "t" });
    push({ type: "text-delta", id: "t", delta: "on " });
    await settle();
    host.storage.clock.advance(500);
    expect(await turn).toMatchObject({ status: "aborted" });
    await settle();
    const stalls = host.events.filter(([type]) => type === "chat:stream:stalled");
    expect(stalls).toEqual([["chat:stream:stalled", { requestId: "r1", timeoutMs: 500 }]]);
    await host.runDue();
    await settle();
    expect(host.messages.at(-1)?.parts).toMatchObject([{ text: "on and on" }]);
  });
});
