import { describe, expect, it } from "vitest";
import { ChatRoom } from "./chat-room.ts";
import { message, pushedResponse, testHost } from "./testing/chat-host.ts";
import { openDatabase } from "./testing/database.ts";
import { TurnQueue } from "./turn-queue.ts";

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("an answer under way", () => {
  it("is stored at most a second behind, and survives a crash as far as it was", async () => {
    const database = openDatabase();
    const host = testHost(database);
    const room = new ChatRoom(host);
    room.onStart();
    const { response, push } = pushedResponse();
    host.answer = async () => response;
    void room.save([message("u1", "tell me")]);
    push({ type: "text-start", id: "t" });
    push({ type: "text-delta", id: "t", delta: "once " });
    await settle();
    host.now += 1000;
    push({ type: "text-delta", id: "t", delta: "upon " });
    push({ type: "text-delta", id: "t", delta: "a time" });
    await settle();
    const shown = (await room
      .onRequest({ request: new Request("http://a/get-messages") })
      ?.json()) as object[];
    expect(shown).toEqual([message("u1", "tell me")]);
    const next = testHost(database);
    new ChatRoom(next).onStart();
    expect(next.messages).toMatchObject([
      { id: "u1" },
      { role: "assistant", parts: [{ text: "once upon ", state: "streaming" }] },
    ]);
  });

  it("is stored once more, whole, at its end", async () => {
    const database = openDatabase();
    const host = testHost(database);
    const room = new ChatRoom(host);
    room.onStart();
    const { response, push, end } = pushedResponse();
    host.answer = async () => response;
    const turn = room.save([message("u1", "tell me")]);
    push({ type: "text-delta", id: "t", delta: "once " });
    await settle();
    host.now += 1000;
    push({ type: "text-delta", id: "t", delta: "upon" });
    push({ type: "text-end", id: "t" });
    end();
    expect(await turn).toMatchObject({ status: "completed" });
    const next = testHost(database);
    new ChatRoom(next).onStart();
    expect(next.messages).toEqual(host.messages);
    expect(next.messages[1]).toMatchObject({ parts: [{ text: "once upon", state: "done" }] });
  });

  it("that cannot be stored ends in an error everyone hears", async () => {
    const host = testHost();
    const room = new ChatRoom(host);
    room.onStart();
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
});

describe("saveMessages", () => {
  it("says how its turn ended, for any end", async () => {
    const host = testHost();
    const room = new ChatRoom(host);
    room.onStart();
    host.answer = async () => new Response("fine");
    expect(await room.save([message("u1", "x")])).toEqual({
      requestId: "id-1",
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
    const database = openDatabase();
    const host = Object.assign(testHost(database), { maxPersistedMessages: 3 });
    const room = new ChatRoom(host);
    room.onStart();
    host.answer = async () => new Response("ok");
    for (const id of ["u1", "u2", "u3"]) await room.save([message(id, id)]);
    expect(host.messages.map((each) => each.role)).toEqual(["assistant", "user", "assistant"]);
    const next = testHost(database);
    new ChatRoom(next).onStart();
    expect(next.messages).toEqual(host.messages);
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
