import { fileURLToPath } from "node:url";
import type { UIMessage } from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { ChatTab, textOf, user } from "./support/chat.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

const fixture = fileURLToPath(new URL("./fixtures/scribe.ts", import.meta.url).href);

describe.each(runtimes)("on %s", (_runtime, run) => {
  let worker: RunningWorker;
  let names = 0;

  beforeAll(async () => {
    worker = await run({
      script: await bundleWorker(fixture),
      objects: { Scribe: "Scribe" },
    });
  });

  afterAll(() => worker?.stop());

  /** A conversation of its own. */
  function room() {
    const path = `/agents/scribe/room-${++names}`;
    return {
      tab: (id: string) => ChatTab.open(`ws://${worker.host}${path}?_pk=${id}`),
      async stored() {
        const response = await fetch(`${worker.url}${path}/get-messages`);
        expect(response.headers.get("content-type")).toBe("application/json");
        return (await response.json()) as UIMessage[];
      },
      fetch: (rest: string, init?: RequestInit) => fetch(`${worker.url}${path}${rest}`, init),
    };
  }

  const response = (id: string, rest: object) => ({
    type: "cf_agent_use_chat_response",
    id,
    ...rest,
  });
  const chunk = (id: string, seq: number, body: unknown) =>
    response(id, { body: JSON.stringify(body), done: false, seq });

  describe("a turn", () => {
    test("goes to both tabs chunk by chunk, the transcript to the other before the end", async () => {
      const { tab, stored } = room();
      const [a, b] = [await tab("a"), await tab("b")];
      a.ask("r1", [user("u1", "hello there")]);
      await Promise.all([a.done("r1"), b.done("r1")]);
      const [start] = a.chunks("r1");
      const messageId = String(start?.messageId);
      expect(messageId).toMatch(/^assistant_\d{13}_[0-9a-z]{9}$/);
      const finish = { type: "finish", finishReason: "stop" };
      const expected = [
        chunk("r1", 0, { type: "start", messageId }),
        chunk("r1", 1, { type: "start-step" }),
        chunk("r1", 2, { type: "text-start", id: "t" }),
        chunk("r1", 3, { type: "text-delta", id: "t", delta: "hello " }),
        chunk("r1", 4, { type: "text-delta", id: "t", delta: "there" }),
        chunk("r1", 5, { type: "text-end", id: "t" }),
        chunk("r1", 6, { type: "finish-step" }),
        chunk("r1", 7, { ...finish, messageMetadata: { usage: 7, finishReason: "stop" } }),
      ];
      const end = response("r1", { body: "", done: true, messageIds: ["u1"] });
      expect(a.chat()).toEqual([...expected, end]);
      const answer = {
        id: messageId,
        role: "assistant",
        parts: [{ type: "step-start" }, { type: "text", text: "hello there", state: "done" }],
        metadata: { usage: 7, finishReason: "stop" },
      };
      const messages = (list: unknown[]) => ({ type: "cf_agent_chat_messages", messages: list });
      const asked = user("u1", "hello there");
      expect(b.chat()).toEqual([messages([asked]), ...expected, messages([asked, answer]), end]);
      expect(await stored()).toEqual([asked, answer]);
    });

    test("wraps plain text as one part of a named message", async () => {
      const { tab, stored } = room();
      const a = await tab("a");
      a.ask("r1", [user("u1", { plain: "just words" })]);
      await a.done("r1");
      const [start, ...rest] = a.chunks("r1");
      expect(start).toMatchObject({ type: "start", messageId: expect.any(String) });
      expect(rest).toEqual([
        { type: "text-start", id: "r1" },
        { type: "text-delta", id: "r1", delta: "just words" },
        { type: "text-end", id: "r1" },
        { type: "finish" },
      ]);
      const [, answer] = await stored();
      expect([answer?.id, textOf(answer)]).toEqual([start?.messageId, "just words"]);
    });

    test("loses nothing of a stream that is cut inside lines and characters", async () => {
      const { tab, stored } = room();
      const a = await tab("a");
      const words = ["žluťoučký ", "kůň ", "🐎 ", "příšerně"];
      const deltas = words.map((delta) => ({ type: "text-delta", id: "t", delta }));
      const all = [{ type: "text-start", id: "t" }, ...deltas, { type: "text-end", id: "t" }];
      const raw = `: hello\r\n${all.map((c) => `data:${JSON.stringify(c)}\r\n\r\n`).join("")}data: [DONE]`;
      a.ask("r1", [user("u1", { raw, cut: 3 })]);
      await a.done("r1");
      // The answer is named, although its model does not begin with that.
      const [named, ...rest] = a.chunks("r1");
      expect([named, rest]).toEqual([{ type: "start", messageId: expect.any(String) }, all]);
      expect(textOf((await stored())[1])).toBe(words.join(""));
    });

    test("gives the agent the request's own fields and client tools, and keeps them", async () => {
      const { tab } = room();
      const a = await tab("a");
      const tools = [{ name: "where", parameters: { type: "object" } }];
      a.ask("r1", [user("u1", "x")], "submit-message", { lang: "en", clientTools: tools });
      await a.done("r1");
      const extras = { body: { lang: "en" }, clientTools: tools, continuation: false };
      await a.call("say", "again");
      const { asked } = (await a.call("report")) as { asked: object[] };
      expect(asked).toMatchObject([extras, extras]);
    });

    test("waits for the one before it, and its answer follows its question", async () => {
      const { tab, stored } = room();
      const [a, b] = [await tab("a"), await tab("b")];
      a.ask("r1", [user("u1", { words: ["one ", "two"], hold: 1 })]);
      await a.chunk("one ");
      await b.chunk("one ");
      b.ask("r2", [user("u1", { words: ["one ", "two"], hold: 1 }), user("u2", "second")]);
      await a.until((frame) => frame.type === "cf_agent_chat_messages");
      await a.call("release");
      await Promise.all([a.done("r2"), b.done("r2")]);
      const kept = await stored();
      expect(kept.map((message) => message.role)).toEqual([
        "user",
        "assistant",
        "user",
        "assistant",
      ]);
      expect(kept.map(textOf).slice(1)).toEqual(["one two", "second", "second"]);
      const { asked } = (await a.call("report")) as { asked: { messages: string[] }[] };
      expect(asked[1]?.messages).toEqual(kept.slice(0, 3).map(({ id }) => id));
    });

    test("the agent's own turn reaches every tab, and a turn from onChatResponse follows it", async () => {
      const { tab, stored } = room();
      const a = await tab("a");
      await a.call("follow", "and more");
      expect(await a.call("say", "first")).toBe("completed");
      const { results } = (await a.call("report")) as { results: object[] };
      expect(results).toMatchObject([
        { status: "completed", text: "first", continuation: false },
        { status: "completed", text: "and more" },
      ]);
      expect((await stored()).map(textOf)).toEqual(["first", "first", "and more", "and more"]);
      const ends = a.chat().filter((frame) => frame.done === true);
      expect(ends).toHaveLength(2);
      expect(ends[0]).not.toHaveProperty("messageIds");
    });
  });

  describe("ends", () => {
    test("cancel keeps what was said, aborts the agent's signal, and says so", async () => {
      const { tab, stored } = room();
      const [a, b] = [await tab("a"), await tab("b")];
      a.ask("r1", [user("u1", { words: ["one ", "two"], hold: 1 })]);
      await a.chunk("one ");
      b.send({ type: "cf_agent_chat_request_cancel", id: "unknown" });
      b.send({ type: "cf_agent_chat_request_cancel", id: "r1" });
      const end = response("r1", { body: "", done: true, outcome: "aborted", messageIds: ["u1"] });
      expect(await a.done("r1")).toEqual(end);
      const [, partial] = await stored();
      expect(partial?.parts.at(-1)).toEqual({ type: "text", text: "one ", state: "streaming" });
      expect(await a.call("report")).toMatchObject({
        aborted: 1,
        results: [{ status: "aborted" }],
      });
    });

    test("an agent that throws, or answers nothing, leaves nobody waiting", async () => {
      const { tab, stored } = room();
      const [a, b] = [await tab("a"), await tab("b")];
      const failed = (id: string, body: string, messageIds: string[]) =>
        response(id, { body, done: true, error: true, outcome: "error", messageIds });
      a.ask("r1", [user("u1", { fail: "throw" })]);
      expect(await a.done("r1")).toEqual(failed("r1", "no ink", ["u1"]));
      await b.done("r1");
      a.ask("r2", [user("u1", { fail: "throw" }), user("u2", { fail: "nothing" })]);
      const words = "No response was generated by the agent.";
      expect(await a.done("r2")).toEqual(failed("r2", words, ["u1", "u2"]));
      expect(await b.done("r2")).toEqual(failed("r2", words, ["u1", "u2"]));
      expect((await stored()).map(({ id }) => id)).toEqual(["u1", "u2"]);
      const { results } = (await a.call("report")) as { results: object[] };
      expect(results).toMatchObject([{ status: "error", error: "no ink" }]);
    });

    test("an error in the stream comes after the partial answer was stored, then the end", async () => {
      const { tab, stored } = room();
      const [a, b] = [await tab("a"), await tab("b")];
      const chunks = [
        { type: "text-start", id: "t" },
        { type: "text-delta", id: "t", delta: "so far" },
        { type: "error", errorText: "model broke" },
        { type: "text-delta", id: "t", delta: " never" },
      ];
      a.ask("r1", [user("u1", { chunks })]);
      await Promise.all([a.done("r1"), b.done("r1")]);
      const last = [
        response("r1", { body: "model broke", done: false, error: true, messageIds: ["u1"] }),
        response("r1", { body: "", done: true, outcome: "error", messageIds: ["u1"] }),
      ];
      expect(a.chat().slice(-2)).toEqual(last);
      expect(b.chat().slice(-3)).toMatchObject([{ type: "cf_agent_chat_messages" }, ...last]);
      expect(textOf((await stored())[1])).toBe("so far");
      const c = await tab("c");
      c.send({ type: "cf_agent_stream_resume_request", probeId: "p" });
      await c.until((frame) => frame.type === "cf_agent_stream_resuming");
      c.send({ type: "cf_agent_stream_resume_ack", id: "r1" });
      const end = await c.done("r1");
      expect(end).toMatchObject({ body: "model broke", error: true, messageIds: ["u1"] });
      expect(c.chunks("r1").slice(1)).toEqual(chunks.slice(0, 2));
    });

    test("a stream that breaks keeps what came", async () => {
      const { tab, stored } = room();
      const a = await tab("a");
      a.ask("r1", [user("u1", { fail: "midway" })]);
      expect(await a.done("r1")).toMatchObject({ error: true, body: "the line broke" });
      expect(textOf((await stored())[1])).toBe("so far");
    });

    test("clear in the middle of an answer brings nothing back, and skips who waits", async () => {
      const { tab, stored } = room();
      const [a, b] = [await tab("a"), await tab("b")];
      a.ask("r1", [user("u1", { words: ["one ", "two"], hold: 1 })]);
      await a.chunk("one ");
      b.ask("r2", [user("u2", "waiting")]);
      await a.until((frame) => frame.type === "cf_agent_chat_messages");
      a.send({ type: "cf_agent_chat_clear" });
      expect(await a.done("r1")).toMatchObject({ outcome: "aborted" });
      await b.until((frame) => frame.type === "cf_agent_chat_clear");
      expect(await b.done("r2")).toEqual(
        response("r2", { body: "", done: true, outcome: "skipped", messageIds: ["u2"] }),
      );
      expect(await stored()).toEqual([]);
      a.ask("r3", [user("u3", "anew")]);
      await a.done("r3");
      expect((await stored()).map(textOf)).toEqual(["anew", "anew"]);
    });
  });

  describe("resuming", () => {
    const held = { words: ["one ", "two ", "three"], hold: 2 };

    test("a tab that joins mid-answer gets every chunk once: replayed, then live", async () => {
      const { tab } = room();
      const a = await tab("a");
      a.ask("r1", [user("u1", held)]);
      await a.chunk("two ");
      const c = await tab("c");
      const [first] = (await c.socket.take(1)) as object[];
      expect(first).toEqual({ type: "cf_agent_stream_resuming", id: "r1" });
      c.send({ type: "cf_agent_stream_resume_request", probeId: "p1" });
      expect(await c.until((frame) => frame.probeId === "p1")).toEqual({
        type: "cf_agent_stream_resuming",
        id: "r1",
        probeId: "p1",
      });
      c.send({ type: "cf_agent_stream_resume_ack", id: "other" });
      c.send({ type: "cf_agent_stream_resume_ack", id: "r1" });
      const marker = await c.until((frame) => frame.replayComplete === true);
      expect(marker).toEqual(
        response("r1", { body: "", done: false, replay: true, replayComplete: true }),
      );
      const replayed = c.chat().filter((frame) => frame.replay === true && !frame.replayComplete);
      expect(replayed.map((frame) => frame.seq)).toEqual([0, 1, 2, 3, 4]);
      await a.call("release");
      await c.done("r1");
      const live = c.chat().filter((frame) => frame.done === false && frame.replay !== true);
      expect(live.map((frame) => frame.seq)).toEqual([5, 6, 7, 8]);
      await a.done("r1");
      expect(c.chunks("r1")).toEqual(a.chunks("r1"));
    });

    test("how a request ended is told to who accepts it, also while another is answered", async () => {
      const { tab } = room();
      const a = await tab("a");
      a.ask("r1", [user("u1", "hello")]);
      await a.done("r1");
      a.ask("r2", [user("u1", "hello"), user("u2", held)]);
      await a.chunk("two ");
      a.ask("r3", [user("u3", "later")]);
      a.send({ type: "cf_agent_stream_resume_ack", id: "r3" });
      a.send({ type: "cf_agent_stream_resume_ack", id: "r1" });
      const end = await a.until(({ id, replay }) => id === "r1" && replay === true);
      expect(end).toEqual(
        response("r1", { body: "", done: true, replay: true, messageIds: ["u1"] }),
      );
      await a.call("release");
      await a.done("r2");
      // Of one that waits for its turn nothing is said before its time.
      const first = await a.until(({ id }) => id === "r3");
      expect(first).toMatchObject({ done: false, seq: 0 });
      await a.done("r3");
      expect(a.frames.filter(({ id, done }) => id === "r3" && done)).toHaveLength(1);
    });

    test("nothing of the answer reaches a tab that has not accepted; it gets all of it after", async () => {
      const { tab } = room();
      const a = await tab("a");
      a.ask("r1", [user("u1", held)]);
      await a.chunk("two ");
      const c = await tab("c");
      await a.call("release");
      await a.done("r1");
      await c.until((frame) => frame.type === "cf_agent_chat_messages");
      expect(c.chat().filter((frame) => frame.type === "cf_agent_use_chat_response")).toEqual([]);
      // That it has ended is for everyone.
      expect(await c.done("r1")).not.toHaveProperty("replay");
      c.send({ type: "cf_agent_stream_resume_ack", id: "r1" });
      expect(await c.done("r1")).toMatchObject({ replay: true, messageIds: ["u1"] });
      expect(c.chunks("r1")).toEqual(a.chunks("r1"));
    });

    test("with nothing under way the answer is no, and why", async () => {
      const { tab } = room();
      const a = await tab("a");
      a.send({ type: "cf_agent_stream_resume_request", probeId: "p1" });
      expect(await a.until((frame) => frame.probeId === "p1")).toEqual({
        type: "cf_agent_stream_resume_none",
        reason: "idle",
        probeId: "p1",
      });
      a.ask("r1", [user("u1", "x")]);
      await a.done("r1");
      a.send({ type: "cf_agent_stream_resume_ack", id: "r1" });
      expect(await a.until((frame) => frame.replay === true)).toEqual(
        response("r1", { body: "", done: true, replay: true, messageIds: ["u1"] }),
      );
    });

    test("a tab that joins before the first chunk is asked to wait, then offered the answer", async () => {
      const { tab } = room();
      const a = await tab("a");
      a.ask("r1", [user("u1", { words: ["late"], hesitate: true })]);
      await a.call("report");
      const c = await tab("c");
      expect(await c.socket.take(1)).toEqual([{ type: "cf_agent_stream_pending", id: "r1" }]);
      c.send({ type: "cf_agent_stream_resume_request", probeId: "p1" });
      expect(await c.until((frame) => frame.probeId === "p1")).toEqual({
        type: "cf_agent_stream_pending",
        id: "r1",
        probeId: "p1",
      });
      await a.call("release");
      await c.until((frame) => frame.type === "cf_agent_stream_resuming" && frame.id === "r1");
      c.send({ type: "cf_agent_stream_resume_ack", id: "r1" });
      await a.done("r1");
      const chunks = a.chunks("r1");
      // It may accept before the end, or after it.
      while (c.chunks("r1").length < chunks.length) await c.until(() => true);
      expect(c.chunks("r1")).toEqual(chunks);
    });

    test("a tab that waited for a turn without an answer is told that there is none", async () => {
      const { tab } = room();
      const a = await tab("a");
      a.ask("r1", [user("u1", { fail: "nothing", hesitate: true })]);
      await a.call("report");
      const c = await tab("c");
      await a.call("release");
      expect(await c.until((frame) => frame.type === "cf_agent_stream_resume_none")).toEqual({
        type: "cf_agent_stream_resume_none",
      });
    });
  });

  describe("the transcript", () => {
    test("is stored in the published tables, each message naming the one before", async () => {
      const { tab } = room();
      const a = await tab("a");
      a.ask("r1", [user("u1", "hello")]);
      await a.done("r1");
      const rows = (await a.call("rows")) as Record<string, unknown>[];
      expect(rows).toMatchObject([
        { id: "u1", seq: 1, parent_id: null, type: "message", role: "user", content_chunks: 0 },
        { seq: 2, parent_id: "u1", role: "assistant" },
      ]);
      expect(await a.call("schema")).toEqual([
        [
          "cf_agents_session_message_chunks",
          "CREATE TABLE cf_agents_session_message_chunks ( session_id TEXT NOT NULL, id TEXT NOT NULL, idx INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (session_id, id, idx) ) WITHOUT ROWID",
        ],
        [
          "cf_agents_session_messages",
          "CREATE TABLE cf_agents_session_messages ( session_id TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, parent_id TEXT, type TEXT NOT NULL DEFAULT 'message', role TEXT NOT NULL, content TEXT NOT NULL, content_chunks INTEGER NOT NULL DEFAULT 0, token_estimate INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, content_hash TEXT, PRIMARY KEY (session_id, id) ) WITHOUT ROWID",
        ],
      ]);
    });

    test("takes messages larger than a row", async () => {
      const { tab, stored } = room();
      const a = await tab("a");
      const large = "é".repeat(900_000);
      a.send({ type: "cf_agent_chat_messages", messages: [user("u1", large)] });
      const rows = (await a.call("rows")) as Record<string, unknown>[];
      expect(rows).toMatchObject([{ id: "u1", content_chunks: 1 }]);
      expect(textOf((await stored())[0])).toBe(large);
    });

    test("regenerating takes the old answer back; a plain question never deletes", async () => {
      const { tab, stored } = room();
      const a = await tab("a");
      a.ask("r1", [user("u1", "hello")]);
      await a.done("r1");
      const [, old] = await stored();
      a.ask("r2", [user("u1", "hello")], "regenerate-message");
      await a.done("r2");
      const kept = await stored();
      expect(kept.map(({ role }) => role)).toEqual(["user", "assistant"]);
      expect(kept[1]?.id).not.toBe(old?.id);
      a.ask("r3", [user("u9", "new")]);
      await a.done("r3");
      expect(await stored()).toHaveLength(4);
    });

    test("is served whatever onRequest does; other requests are the agent's", async () => {
      const { fetch, stored } = room();
      expect(await stored()).toEqual([]);
      expect(await (await fetch("/other")).text()).toBe("mine");
      expect(await (await fetch("/get-messages", { method: "POST" })).text()).toBe("mine");
    });
  });

  describe("bad input", () => {
    test("a request that cannot be read is refused by its id; the agent lives on", async () => {
      const { tab, stored } = room();
      const a = await tab("a");
      const type = "cf_agent_use_chat_request";
      const bad: [string, unknown][] = [
        ["b1", undefined],
        ["b2", { method: "GET", body: "{}" }],
        ["b3", { method: "POST" }],
        ["b4", { method: "POST", body: "" }],
        ["b5", { method: "POST", body: "not json" }],
        ["b6", { method: "POST", body: "[]" }],
        ["b7", { method: "POST", body: '{"messages":"x"}' }],
        ["b8", { method: "POST", body: '{"messages":[{"id":"","role":"user","parts":[]}]}' }],
        ["b9", { method: "POST", body: '{"messages":[{"id":"x","role":"root","parts":[]}]}' }],
        ["b10", { method: "POST", body: '{"messages":[{"id":"x","role":"user","parts":[null]}]}' }],
      ];
      for (const [id, init] of bad) {
        a.send({ type, id, init });
        expect(await a.done(id)).toMatchObject({ error: true, outcome: "error" });
      }
      a.send({ type, init: {} });
      a.send({ type: "cf_agent_chat_messages", messages: [{ id: 1 }] });
      a.send({ type: "cf_agent_chat_messages" });
      a.send({ type: "cf_agent_chat_request_cancel", id: 7 });
      a.send({ type: "cf_agent_stream_resume_ack" });
      a.send({ type: "cf_agent_tool_result", toolCallId: "t" });
      a.ask("r1", [user("u1", "hello")]);
      await a.done("r1");
      expect((await stored()).map(textOf)).toEqual(["hello", "hello"]);
    });
  });
});
