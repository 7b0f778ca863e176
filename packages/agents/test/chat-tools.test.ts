import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UIMessage } from "ai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { bundleWorker } from "./support/bundle.ts";
import { ChatTab, type Frame, textOf, user } from "./support/chat.ts";
import { runOnFreehold } from "./support/freehold.ts";
import { localPath } from "./support/path.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

const fixture = localPath("../fixtures/toolsmith.ts");

type Part = Record<string, unknown>;

interface Report {
  readonly asked: readonly object[];
  readonly results: readonly object[];
  readonly paid: readonly number[];
  readonly pending: readonly boolean[];
}

describe.each(runtimes)("tools on %s", (_runtime, run) => {
  let worker: RunningWorker;
  let model: ModelServer;
  let names = 0;

  beforeAll(async () => {
    worker = await run({
      script: await bundleWorker(fixture),
      objects: { Toolsmith: "Toolsmith" },
    });
  });
  afterAll(() => worker?.stop());
  beforeEach(async () => {
    model = await startModelServer();
  });
  afterEach(() => model.close());

  /** A conversation of its own. */
  function room() {
    const path = `/agents/toolsmith/room-${++names}`;
    return {
      tab: (id: string) => ChatTab.open(`ws://${worker.host}${path}?_pk=${id}`),
      async stored() {
        const response = await fetch(`${worker.url}${path}/get-messages`);
        return (await response.json()) as UIMessage[];
      },
    };
  }

  /** Asks; the model's address goes along. */
  function ask(tab: ChatTab, id: string, messages: UIMessage[], more: object = {}) {
    tab.ask(id, messages, "submit-message", { model: model.url, ...more });
    return tab.done(id);
  }

  const answer = (toolCallId: string, output: unknown, more: object = {}) => ({
    ...{ type: "cf_agent_tool_result", toolCallId, toolName: "where", output },
    autoContinue: true,
    ...more,
  });
  const approve = (toolCallId: string, approved: boolean, more: object = {}) => ({
    ...{ type: "cf_agent_tool_approval", toolCallId, approved, autoContinue: true },
    ...more,
  });
  const isUpdate = ({ type }: Frame) => type === "cf_agent_message_updated";
  const ends = ({ done, continuation }: Frame) => done === true && continuation === true;
  const report = async (tab: ChatTab) => (await tab.call("report")) as Report;
  const calls = (message: UIMessage | undefined): Part[] =>
    (message?.parts ?? []).filter((part) => "toolCallId" in part) as unknown as Part[];

  test("a tool of the client: its result goes to everyone, and the answer goes on in the same message", async () => {
    const { tab, stored } = room();
    const [a, b] = [await tab("a"), await tab("b")];
    model.add([{ tool: "where", input: {}, id: "c1" }], "You are in Lisbon.");
    await Promise.all([ask(a, "r1", [user("u1", "where am I?")]), b.done("r1")]);
    const [, asked] = await stored();
    expect(calls(asked)).toMatchObject([{ type: "tool-where", state: "input-available" }]);
    // No client has described this tool; that the answer ended with its call shows whose it is.
    expect((await report(a)).pending).toEqual([true, true]);
    a.send(answer("c1", { city: "Lisbon" }));
    const updated = await b.until(isUpdate);
    const part = calls(updated.message as UIMessage)[0];
    const result = { state: "output-available", output: { city: "Lisbon" }, preliminary: false };
    expect(part).toMatchObject(result);
    const end = await b.until(ends);
    expect(end).toEqual({
      ...{ type: "cf_agent_use_chat_response", id: end.id, body: "" },
      ...{ done: true, continuation: true },
    });
    const chunks = b.frames.filter(({ id, seq }) => id === end.id && seq !== undefined);
    expect(chunks.map(({ seq }) => seq)).toEqual(chunks.map((_, index) => index));
    expect(JSON.parse(String(chunks[0]?.body))).toEqual({ type: "start" });
    const [, whole] = await stored();
    expect(whole?.id).toBe(asked?.id);
    expect(textOf(whole)).toBe("You are in Lisbon.");
    const { asked: turns, results, pending } = await report(a);
    expect(turns).toMatchObject([{ continuation: false }, { continuation: true }]);
    expect(results).toEqual([
      { continuation: false, status: "completed" },
      { continuation: true, status: "completed" },
    ]);
    expect(pending).toEqual([false, false]);
    expect(model.requests.at(-1)?.messages.at(-1)?.results).toMatchObject([{ id: "c1" }]);
  });

  test("who answered is told to wait, then to resume; the other tab just hears the rest", async () => {
    const { tab } = room();
    const [a, b] = [await tab("a"), await tab("b")];
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const both = [
      { tool: "where", input: {}, id: "c1" },
      { tool: "where", input: {}, id: "c2" },
    ];
    model.add(both, ["You ", { until: held }, "are here."]);
    await Promise.all([ask(a, "r1", [user("u1", "where?")]), b.done("r1")]);
    a.send(answer("c1", "here"));
    a.send({ type: "cf_agent_stream_resume_request", probeId: "p1" });
    const pending = await a.until(({ probeId }) => probeId === "p1");
    expect(pending.type).toBe("cf_agent_stream_pending");
    // Until here the other call was waited for.
    a.send(answer("c2", "here"));
    const offer = await a.until(({ type }) => type === "cf_agent_stream_resuming");
    expect(offer).toEqual({ type: "cf_agent_stream_resuming", id: pending.id });
    await b.chunk("You ");
    b.send({ type: "cf_agent_stream_resume_request", probeId: "p2" });
    const none = await b.until(({ type }) => type === "cf_agent_stream_resume_none");
    expect(none).toEqual({
      ...{ type: "cf_agent_stream_resume_none", reason: "continuation-owned", probeId: "p2" },
    });
    a.send({ type: "cf_agent_stream_resume_ack", id: offer.id });
    const whole = await a.until(({ replayComplete }) => replayComplete === true);
    expect(whole).toMatchObject({ id: offer.id, done: false, replay: true });
    const replayed = a.frames.filter(({ replay, body }) => replay && body !== "");
    expect(replayed.every(({ continuation }) => continuation === true)).toBe(true);
    letGo();
    await Promise.all([a.until(ends), b.until(ends)]);
    const text = (frames: Frame[]) =>
      frames
        .filter(({ id, body }) => id === offer.id && body)
        .map(({ body }) => (JSON.parse(String(body)) as { delta?: string }).delta ?? "")
        .join("");
    expect([text(a.frames), text(b.frames)]).toEqual(["You are here.", "You are here."]);
  });

  test("several calls: all are waited for, and one turn follows however they come", async () => {
    const { tab, stored } = room();
    const [a, b] = [await tab("a"), await tab("b")];
    const both = [
      { tool: "where", input: {}, id: "c1" },
      { tool: "who", input: {}, id: "c2" },
    ];
    model.add(both, "Both known.");
    await Promise.all([ask(a, "r1", [user("u1", "who and where?")]), b.done("r1")]);
    a.send(answer("c1", "Lisbon"));
    await a.until(isUpdate);
    // Longer than results are waited for: the other call holds the turn back.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(model.requests.length).toBe(1);
    b.send(answer("c2", "Ana", { toolName: "who" }));
    await Promise.all([a.until(ends), b.until(ends)]);
    a.send(answer("c2", "Somebody else", { toolName: "who" }));
    a.send(answer("c1", "Porto", { state: "output-error", errorText: "no" }));
    const { results } = await report(a);
    expect(results.length).toBe(2);
    expect(model.requests.length).toBe(2);
    const [, whole] = await stored();
    expect(calls(whole).map(({ output }) => output)).toEqual(["Lisbon", "Ana"]);
    expect(a.frames.filter(isUpdate).length).toBe(2);
  });

  test("a result that comes while the answer still streams is kept, and the turn follows it", async () => {
    const { tab, stored } = room();
    const a = await tab("a");
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    model.add(
      [{ tool: "where", input: {}, id: "c1" }, "Let me see. ", { until: held }, "So."],
      "In Lisbon.",
    );
    a.ask("r1", [user("u1", "where?")], "submit-message", {
      model: model.url,
      format: "anthropic",
    });
    await a.chunk("Let me see");
    a.send(answer("c1", "Lisbon"));
    await a.until(isUpdate);
    letGo();
    await a.done("r1");
    await a.until(ends);
    const [, whole] = await stored();
    expect(calls(whole)).toMatchObject([{ state: "output-available", output: "Lisbon" }]);
    expect(textOf(whole)).toContain("In Lisbon.");
  });

  test("an approved call runs once, in the answer that goes on", async () => {
    const { tab, stored } = room();
    const [a, b] = [await tab("a"), await tab("b")];
    model.add([{ tool: "pay", input: { sum: 5 }, id: "c1" }], "Paid.");
    await Promise.all([ask(a, "r1", [user("u1", "pay 5")]), b.done("r1")]);
    expect(calls((await stored())[1])).toMatchObject([
      { state: "approval-requested", approval: { id: expect.any(String) } },
    ]);
    expect((await report(a)).pending).toEqual([true, true]);
    b.send(approve("c1", true));
    const { message } = await a.until(isUpdate);
    expect(calls(message as UIMessage)).toMatchObject([
      { state: "approval-responded", approval: { id: expect.any(String), approved: true } },
    ]);
    a.send(approve("c1", true));
    await a.until(ends);
    expect((await report(a)).paid).toEqual([5]);
    const [, whole] = await stored();
    expect(calls(whole)).toMatchObject([{ state: "output-available", output: "paid 5" }]);
    expect(textOf(whole)).toBe("Paid.");
  });

  test("a refused call never runs; the model is told, and why", async () => {
    const { tab, stored } = room();
    const a = await tab("a");
    model.add([{ tool: "pay", input: { sum: 5 }, id: "c1" }], "Then not.");
    await ask(a, "r1", [user("u1", "pay 5")]);
    a.send(approve("c1", false, { reason: "too dear" }));
    const { message } = await a.until(isUpdate);
    expect(calls(message as UIMessage)).toMatchObject([
      { state: "output-denied", approval: { approved: false, reason: "too dear" } },
    ]);
    await a.until(ends);
    expect((await report(a)).paid).toEqual([]);
    expect(textOf((await stored())[1])).toBe("Then not.");
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain("too dear");
  });

  test("a result that says the call failed is told, and nothing follows by itself", async () => {
    const { tab, stored } = room();
    const a = await tab("a");
    model.add([{ tool: "where", input: {}, id: "c1" }], "A pity.");
    await ask(a, "r1", [user("u1", "where?")]);
    a.send(
      answer("c1", undefined, { state: "output-error", errorText: "no GPS", autoContinue: false }),
    );
    await a.until(isUpdate);
    expect(calls((await stored())[1])).toMatchObject([
      { state: "output-error", errorText: "no GPS" },
    ]);
    await ask(a, "r2", [...(await stored()), user("u2", "well?")]);
    expect((await report(a)).results.length).toBe(2);
  });

  test("calls that a new question leaves behind are mended, so that the model takes the conversation", async () => {
    const { tab, stored } = room();
    const a = await tab("a");
    model.add(
      [{ tool: "where", input: {}, id: "c1" }],
      "Never mind.",
      [{ tool: "pay", input: { sum: 7 }, id: "c2" }],
      "Fine.",
    );
    await ask(a, "r1", [user("u1", "where?")]);
    await ask(a, "r2", [...(await stored()), user("u2", "forget it")]);
    expect(calls((await stored())[1])).toMatchObject([
      {
        state: "output-error",
        errorText: "The tool call was interrupted before a result was recorded.",
      },
    ]);
    await ask(a, "r3", [...(await stored()), user("u3", "pay 7")]);
    a.send(approve("c2", true, { autoContinue: false }));
    await a.until(isUpdate);
    await ask(a, "r4", [...(await stored()), user("u4", "what now?")]);
    expect(calls((await stored())[5])).toMatchObject([{ state: "output-error" }]);
    expect((await report(a)).paid).toEqual([]);
  });

  test.each([
    ["the client describes", [{ name: "where" }]],
    ["only the server knows", undefined],
  ])(
    "a result that comes after the next question is taken, of a tool that %s",
    async (_of, clientTools) => {
      const { tab, stored } = room();
      const a = await tab("a");
      model.add([{ tool: "where", input: {}, id: "c1" }], "Never mind.", "So, Lisbon.");
      await ask(a, "r1", [user("u1", "where?")], { clientTools });
      const asked = [...(await stored()), user("u2", "what else?")];
      expect(await ask(a, "r2", asked, { clientTools })).not.toHaveProperty("error");
      expect(textOf((await stored())[3])).toBe("Never mind.");
      a.send(answer("c1", "Lisbon"));
      await a.until(isUpdate);
      expect(calls((await stored())[1])).toEqual([
        expect.objectContaining({ state: "output-available", output: "Lisbon" }),
      ]);
      expect(calls((await stored())[1])[0]).not.toHaveProperty("errorText");
      a.send(answer("c1", "Porto"));
      await ask(a, "r3", [...(await stored()), user("u3", "now?")], { clientTools });
      // Nothing went on by itself: the conversation had moved on.
      expect(model.requests.length).toBe(3);
      expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain("Lisbon");
    },
  );

  test("a call that nobody answers fails when its time is up, and the answer goes on", async () => {
    const { tab, stored } = room();
    const a = await tab("a");
    await a.call("setToolTimeout", 1500);
    const both = [
      { tool: "where", input: {}, id: "c1" },
      { tool: "who", input: {}, id: "c2" },
    ];
    model.add(both, "Somebody in Lisbon.", [{ tool: "where", input: {}, id: "c3" }], "Nowhere.");
    await ask(a, "r1", [user("u1", "who and where?")]);
    a.send(answer("c1", "Lisbon"));
    await a.until(ends);
    const late = "The tool call timed out: no result came within 1500 milliseconds.";
    expect(calls((await stored())[1])).toMatchObject([
      { state: "output-available", output: "Lisbon" },
      { state: "output-error", errorText: late },
    ]);
    expect(textOf((await stored())[1])).toBe("Somebody in Lisbon.");
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain(late);
    // A call without others beside it, in the next answer; a tab that has gone does not matter.
    const b = await tab("b");
    await ask(a, "r2", [...(await stored()), user("u2", "where?")]);
    a.socket.close();
    await b.until((frame) => ends(frame) && frame.id !== "r2");
    expect(textOf((await stored())[3])).toBe("Nowhere.");
    expect((await report(b)).pending).toEqual([false, false]);
  });

  test("tools that the client describes are kept for the turns that follow", async () => {
    const { tab } = room();
    const a = await tab("a");
    const clientTools = [{ name: "compass", parameters: { type: "object" } }];
    model.add([{ tool: "compass", input: {}, id: "c1" }], "North.");
    await ask(a, "r1", [user("u1", "which way?")], { clientTools });
    expect((await report(a)).pending).toEqual([true, true]);
    const more = [...clientTools, { name: "map" }];
    a.send(answer("c1", "N", { clientTools: more }));
    await a.until(ends);
    const names = (tools: object[]) => ({
      clientTools: tools.map((each) => Reflect.get(each, "name")),
    });
    expect((await report(a)).asked).toMatchObject([names(clientTools), names(more)]);
    expect(model.requests.at(-1)?.tools).toContain("map");
  });

  test("one tab runs a client's tool; when it goes, the next one does", async () => {
    const { tab } = room();
    const [a, b] = [await tab("a"), await tab("b")];
    model.add([{ tool: "where", input: {}, id: "c1" }], "There.");
    await ask(a, "r1", [user("u1", "where?")]);
    const claim = { type: "cf_agent_tool_claim", toolCallId: "c1" };
    const isClaim = ({ type }: Frame) => type === "cf_agent_tool_claim";
    a.send(claim);
    expect(await a.until(isClaim)).toEqual({ ...claim, granted: true });
    b.send(claim);
    expect(await b.until(isClaim)).toEqual({ ...claim, granted: false });
    a.socket.close();
    expect(await b.until(isClaim)).toEqual({ ...claim, granted: true });
    b.send(answer("c1", "there"));
    await b.until(ends);
    b.send(claim);
    expect(await b.until(isClaim)).toEqual({ ...claim, granted: false });
  });

  test("clearing gives up what was to follow, and tells who waits", async () => {
    const { tab, stored } = room();
    const a = await tab("a");
    model.add([
      { tool: "where", input: {}, id: "c1" },
      { tool: "who", input: {}, id: "c2" },
    ]);
    await ask(a, "r1", [user("u1", "who and where?")]);
    a.send(answer("c1", "Lisbon"));
    a.send({ type: "cf_agent_stream_resume_request", probeId: "p1" });
    await a.until(({ type }) => type === "cf_agent_stream_pending");
    a.send({ type: "cf_agent_chat_clear" });
    const none = await a.until(({ type }) => type === "cf_agent_stream_resume_none");
    expect(none).toEqual({ type: "cf_agent_stream_resume_none" });
    expect(await a.call("contextKeys")).toEqual([]);
    a.send(answer("c2", "Ana"));
    expect((await report(a)).results.length).toBe(1);
    expect(await stored()).toEqual([]);
  });
});

test("what was to follow a result follows it after a crash, with nobody there", async () => {
  const directory = await mkdtemp(join(tmpdir(), "freehold-toolsmith-"));
  await using model = await startModelServer();
  const script = await bundleWorker(fixture);
  const start = () => runOnFreehold({ script, objects: { Toolsmith: "Toolsmith" }, directory });
  model.add([{ tool: "where", input: {}, id: "c1" }], "You are in Lisbon.");
  let worker = await start();
  try {
    const tab = await ChatTab.open(`ws://${worker.host}/agents/toolsmith/mine`);
    const question = user("u1", "where am I?");
    tab.ask("r1", [question], "submit-message", { model: model.url });
    await tab.done("r1");
    const result = { toolCallId: "c1", toolName: "where", output: "Lisbon", autoContinue: true };
    tab.send({ type: "cf_agent_tool_result", ...result });
    // What is told is stored: the process ends before the turn that is to follow.
    await tab.until(({ type }) => type === "cf_agent_message_updated");
    tab.send({ type: "rpc", id: "die", method: "die", args: [] });
    await tab.socket.closed;
    await worker.stop();
    expect(model.requests.length).toBe(1);
    worker = await start();
    await expect.poll(() => model.requests.length, { timeout: 20_000 }).toBe(2);
    const url = `${worker.url}/agents/toolsmith/mine/get-messages`;
    const stored = async () => (await (await fetch(url)).json()) as UIMessage[];
    await expect.poll(async () => textOf((await stored())[1])).toBe("You are in Lisbon.");
    expect((await stored())[1]?.parts).toContainEqual(
      expect.objectContaining({ toolCallId: "c1", state: "output-available", output: "Lisbon" }),
    );
    expect((await stored()).length).toBe(2);
  } finally {
    await worker.stop();
    await rm(directory, { recursive: true, force: true });
  }
}, 60_000);

test("results wait for each other over a restart, and then one turn follows", async () => {
  const directory = await mkdtemp(join(tmpdir(), "freehold-toolsmith-"));
  await using model = await startModelServer();
  const script = await bundleWorker(fixture);
  const start = () => runOnFreehold({ script, objects: { Toolsmith: "Toolsmith" }, directory });
  const calls = [
    { tool: "where", input: {}, id: "c1" },
    { tool: "who", input: {}, id: "c2" },
  ];
  model.add(calls, "Both known.");
  let worker = await start();
  const open = () => ChatTab.open(`ws://${worker.host}/agents/toolsmith/mine?_pk=a`);
  const result = (toolCallId: string, output: string, autoContinue: boolean) => ({
    ...{ type: "cf_agent_tool_result", toolCallId, toolName: "", output, autoContinue },
  });
  try {
    const before = await open();
    const question = [user("u1", "who and where?")];
    before.ask("r1", question, "submit-message", { model: model.url });
    await before.done("r1");
    before.send(result("c1", "Lisbon", true));
    await before.until(({ type }) => type === "cf_agent_message_updated");
    await worker.stop();
    worker = await start();
    const tab = await open();
    // The tab that asked for the turn to follow is told to wait for it, also in this life.
    tab.send({ type: "cf_agent_stream_resume_request", probeId: "p1" });
    const pending = await tab.until(({ probeId }) => probeId === "p1");
    expect(pending.type).toBe("cf_agent_stream_pending");
    tab.send(result("c2", "Ana", false));
    const offer = await tab.until(({ type }) => type === "cf_agent_stream_resuming");
    expect(offer.id).toBe(pending.id);
    const end = await tab.until(({ done, continuation }) => done === true && continuation === true);
    expect(end.id).toBe(pending.id);
    expect(model.requests.length).toBe(2);
    const [, answered] = model.requests;
    expect(answered?.messages.flatMap(({ results }) => results.map(({ id }) => id))).toEqual([
      ...["c1", "c2"],
    ]);
  } finally {
    await worker.stop();
    await rm(directory, { recursive: true, force: true });
  }
}, 60_000);
