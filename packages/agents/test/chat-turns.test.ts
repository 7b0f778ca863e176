import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { UIMessage } from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleWorker } from "./support/bundle.ts";
import { ChatTab, textOf, user } from "./support/chat.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

const fixture = fileURLToPath(new URL("./fixtures/steward.ts", import.meta.url).href);

describe.each(runtimes)("on %s", (_runtime, run) => {
  let worker: RunningWorker;
  let names = 0;

  beforeAll(async () => {
    const script = await bundleWorker(fixture);
    worker = await run({ script, objects: { Steward: "Steward" } });
  });

  afterAll(() => worker?.stop());

  function room() {
    const path = `/agents/steward/room-${++names}`;
    const stored = async () =>
      (await (await fetch(`${worker.url}${path}/get-messages`)).json()) as UIMessage[];
    return {
      tab: (id: string) => ChatTab.open(`ws://${worker.host}${path}?_pk=${id}`),
      texts: async () => (await stored()).map(textOf),
      /** Waits until the conversation is so. */
      async until(expected: readonly string[]) {
        let texts: string[] = [];
        for (let look = 0; look < 200; look++) {
          texts = (await stored()).map(textOf);
          if (JSON.stringify(texts) === JSON.stringify(expected)) return;
          await delay(50);
        }
        expect(texts).toEqual(expected);
      },
    };
  }

  test("an agent that is ended in the middle of an answer goes on with it, by itself", async () => {
    const { tab, texts, until } = room();
    const a = await tab("a");
    await a.call("setUp", { answers: ["upon a time"], stuck: "once " });
    const tools = [{ name: "where" }];
    a.ask("r1", [user("u1", "tell me")], "submit-message", { lang: "en", clientTools: tools });
    await a.said("once ");
    a.call("end").catch(() => undefined);
    await a.socket.closed;
    const b = await tab("b");
    await until(["tell me", "once upon a time"]);
    expect(await b.call("log", "recovered")).toEqual([
      { partialText: "once ", recoveryData: { messages: 1 }, recoveryKind: "continue" },
    ]);
    expect(await b.call("log", "asked")).toMatchObject([
      { body: { lang: "en" }, continuation: false, tools: 1, by: "a" },
      { body: { lang: "en" }, continuation: true, tools: 1 },
    ]);
    expect(await b.call("stable", 5000)).toBe(true);
    expect(await b.call("log", "told")).toEqual([
      { status: "completed", continuation: true, text: "once upon a time" },
    ]);
    b.send({ type: "cf_agent_stream_resume_ack", id: "r1" });
    expect(await b.done("r1")).toMatchObject({ done: true, replay: true });
    expect(await texts()).toHaveLength(2);
  });

  test("onChatRecovery may end the turn, with or without what was said", async () => {
    const { tab, until } = room();
    const a = await tab("a");
    await a.call("setUp", { answers: ["x"], stuck: "once ", recovery: { continue: false } });
    a.ask("r1", [user("u1", "tell me")]);
    await a.said("once ");
    a.call("end").catch(() => undefined);
    await a.socket.closed;
    const b = await tab("b");
    await until(["tell me", "once "]);
    expect(await b.call("stable", 5000)).toBe(true);
    expect(await b.call("log", "told")).toMatchObject([{ status: "aborted", text: "once " }]);
    const setup = { answers: ["anew"], stuck: "lost ", recovery: { persist: false } };
    await b.call("setUp", setup);
    b.ask("r2", [user("u2", "again")]);
    await b.said("lost ");
    await b.call("setUp", { answers: ["anew"], recovery: { persist: false } });
    b.call("end").catch(() => undefined);
    await b.socket.closed;
    await tab("c");
    await until(["tell me", "once ", "again", "anew"]);
  });

  test("an answer that stalls is tried again at once, and goes on", async () => {
    const { tab, until } = room();
    const a = await tab("a");
    await a.call("setUp", { answers: ["upon a time"], stuck: "once ", stallMs: 100 });
    a.ask("r1", [user("u1", "tell me")]);
    expect(await a.done("r1")).toMatchObject({ outcome: "recovering", messageIds: ["u1"] });
    const end = await a.until((frame) => frame.done === true && frame.id !== "r1");
    expect(end).toMatchObject({ continuation: true, messageIds: ["u1"] });
    await until(["tell me", "once upon a time"]);
    const signs = a.frames.filter(({ type }) => type === "cf_agent_chat_recovering");
    expect(signs.map(({ recovering }) => recovering)).toEqual([true]);
    expect(await a.call("log", "told")).toMatchObject([{ status: "completed" }]);
    expect(a.frames.filter(({ recovering }) => recovering === false)).toHaveLength(1);
  });

  test("continueLastTurn joins the last answer, with a body in the place of the last one", async () => {
    const { tab, texts } = room();
    const a = await tab("a");
    expect(await a.call("goOn")).toBe("skipped");
    await a.call("setUp", { answers: ["one ", "two ", "three"] });
    a.ask("r1", [user("u1", "count")], "submit-message", { lang: "en" });
    await a.done("r1");
    expect(await a.call("goOn")).toBe("completed");
    expect(await a.call("goOn", { lang: "de" })).toBe("completed");
    expect(await texts()).toEqual(["count", "one two three"]);
    const asked = (await a.call("log", "asked")) as { body: object }[];
    expect(asked.map(({ body }) => body)).toEqual([{ lang: "en" }, { lang: "en" }, { lang: "de" }]);
  });

  test("what is written to the session beside the chat is in the conversation", async () => {
    const { tab, texts } = room();
    const a = await tab("a");
    expect(await a.call("say", "hello")).toBe("completed");
    expect(await a.call("beside", "aside")).toEqual(["hello", "fine", "aside"]);
    expect(await texts()).toEqual(["hello", "fine", "aside"]);
  });
});
