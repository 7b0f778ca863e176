import type { Stage, Tab } from "./trace.ts";

/** A story that is told to a chat by hand. */
export type Scenario = (stage: Stage) => Promise<void>;

const user = (id: string, script: object | string) => ({
  ...{ id, role: "user" },
  parts: [{ type: "text", text: typeof script === "string" ? script : JSON.stringify(script) }],
});
const hold = (name: string) => ({ hold: name });
const delta = (text: string) => ({ type: "text-delta", id: "t", delta: text });
const said = (...texts: string[]) => [
  { type: "start" },
  { type: "text-start", id: "t" },
  ...texts.map(delta),
  { type: "text-end", id: "t" },
  { type: "finish", finishReason: "stop" },
];
/** An answer that waits at `go` between its two words. */
const halting = [
  { type: "start" },
  { type: "text-start", id: "t" },
  ...[delta("one "), hold("go"), delta("two")],
  { type: "text-end", id: "t" },
  { type: "finish", finishReason: "stop" },
];
const called = (toolCallId: string, toolName: string) => [
  { type: "tool-input-start", toolCallId, toolName },
  { type: "tool-input-available", toolCallId, toolName, input: {} },
];
const calling = (...calls: (readonly [id: string, name: string])[]) => [
  { type: "start" },
  { type: "start-step" },
  ...calls.flatMap(([id, name]) => called(id, name)),
  { type: "finish-step" },
  { type: "finish", finishReason: "tool-calls" },
];
const question = [
  { type: "start" },
  { type: "start-step" },
  ...called("c1", "pay"),
  { type: "tool-approval-request", toolCallId: "c1", approvalId: "p1" },
  { type: "finish-step" },
  { type: "finish", finishReason: "tool-calls" },
];
const result = (toolCallId: string, output: unknown, autoContinue = true) => ({
  ...{ toolCallId, toolName: "where", output, autoContinue },
});
const isContinuationEnd = ({ continuation, done }: { continuation?: unknown; done?: unknown }) =>
  continuation === true && done === true;

async function both(stage: Stage): Promise<readonly [Tab, Tab]> {
  return [await stage.tab("A"), await stage.tab("B")];
}

/** Asks, and waits until both tabs have heard the end. */
async function asked([a, b]: readonly [Tab, Tab], id: string, messages: readonly object[]) {
  a.ask(id, messages);
  await Promise.all([a.done(id), b.done(id)]);
}

const all: Readonly<Record<string, Scenario>> = {
  /** A plain turn with two tabs. */
  async turn(stage) {
    await asked(await both(stage), "r1", [user("u1", "hello there")]);
  },

  /** A reply of plain text. */
  async plain(stage) {
    await asked(await both(stage), "r1", [user("u1", { plain: "just words" })]);
  },

  /** A turn that the server begins itself. */
  async spoken(stage) {
    const [a] = await both(stage);
    await a.call("speak", "of itself");
  },

  /** A tool of the server, inside one answer; parts of data, sources, files and metadata. */
  async "server-tool"(stage) {
    const steps = [
      { type: "start", messageMetadata: { model: "m" } },
      { type: "start-step" },
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "think" },
      { type: "reasoning-end", id: "r" },
      { type: "tool-input-start", toolCallId: "c1", toolName: "get" },
      { type: "tool-input-delta", toolCallId: "c1", inputTextDelta: '{"x":' },
      { type: "tool-input-delta", toolCallId: "c1", inputTextDelta: "1}" },
      { type: "tool-input-available", toolCallId: "c1", toolName: "get", input: { x: 1 } },
      { type: "tool-output-available", toolCallId: "c1", output: 5 },
      { type: "finish-step" },
      { type: "start-step" },
      { type: "data-note", id: "n", data: { step: 1 } },
      { type: "data-note", id: "n", data: { step: 2 } },
      { type: "data-passing", data: "gone", transient: true },
      { type: "source-url", sourceId: "s", url: "https://example.com/", title: "t" },
      ...said("five").slice(1, -1),
      { type: "finish-step" },
      { type: "finish", finishReason: "stop", messageMetadata: { tokens: 7 } },
    ];
    await asked(await both(stage), "r1", [user("u1", { turns: [steps] })]);
  },

  /** A tool of the client: a result, and the turn that follows it. */
  async "client-tool"(stage) {
    const tabs = await both(stage);
    const [a, b] = tabs;
    await asked(tabs, "r1", [user("u1", { turns: [calling(["c1", "where"]), said("there")] })]);
    a.send("tool_result", result("c1", { city: "Lisbon" }));
    await Promise.all([
      a.until("the end", isContinuationEnd),
      b.until("the end", isContinuationEnd),
    ]);
  },

  /** Two calls in one step: the turn waits for both results, and for the same result only once. */
  async "client-tools"(stage) {
    const tabs = await both(stage);
    const [a, b] = tabs;
    const turns = [calling(["c1", "where"], ["c2", "where"]), said("both")];
    await asked(tabs, "r1", [user("u1", { turns })]);
    a.send("tool_result", result("c1", "Lisbon"));
    await b.until("the result", ({ type }) => type === "cf_agent_message_updated");
    a.send("tool_result", result("c1", "Porto"));
    b.send("tool_result", {
      ...result("c2", undefined, false),
      state: "output-error",
      errorText: "no",
    });
    await Promise.all([
      a.until("the end", isContinuationEnd),
      b.until("the end", isContinuationEnd),
    ]);
  },

  /** A result that comes while the answer streams. */
  async "client-tool-early"(stage) {
    const tabs = await both(stage);
    const [a, b] = tabs;
    const steps = calling(["c1", "where"]);
    const first = [...steps.slice(0, -2), hold("go"), ...steps.slice(-2)];
    a.ask("r1", [user("u1", { turns: [first, said("there")] })]);
    await a.until("the call", ({ body }) => String(body).includes("tool-input-available"));
    a.send("tool_result", result("c1", "Lisbon"));
    await a.until("the result", ({ type }) => type === "cf_agent_message_updated");
    await a.call("release", "go");
    await Promise.all([
      a.until("the end", isContinuationEnd),
      b.until("the end", isContinuationEnd),
    ]);
  },

  /** The tab that answered is told to wait, then to resume; the other hears the rest live. */
  async continuation(stage) {
    const tabs = await both(stage);
    const [a, b] = tabs;
    const calls = calling(["c1", "where"], ["c2", "where"]);
    await asked(tabs, "r1", [user("u1", { turns: [calls, halting] })]);
    a.send("tool_result", result("c1", "Lisbon"));
    a.send("stream_resume_request", { probeId: "p1" });
    await a.until("the answer", ({ probeId }) => probeId === "p1");
    // What is asked for until here is not begun: it waits for the other call.
    a.send("tool_result", result("c2", "Porto"));
    const offer = await a.until("the offer", ({ type }) => type === "cf_agent_stream_resuming");
    await b.text("one ");
    b.send("stream_resume_request", { probeId: "p2" });
    await b.until("the refusal", ({ probeId }) => probeId === "p2");
    a.send("stream_resume_ack", { id: offer.id });
    await a.until("the past", ({ replayComplete }) => replayComplete === true);
    await a.call("release", "go");
    await Promise.all([
      a.until("the end", isContinuationEnd),
      b.until("the end", isContinuationEnd),
    ]);
  },

  /** A call that a person allows. */
  async approve(stage) {
    const tabs = await both(stage);
    const [a, b] = tabs;
    const output = { type: "tool-output-available", toolCallId: "c1", output: "paid" };
    const [start, ...rest] = said("paid");
    await asked(tabs, "r1", [user("u1", { turns: [question, [start, output, ...rest]] })]);
    a.send("tool_approval", { toolCallId: "c1", approved: true, autoContinue: true });
    await Promise.all([
      a.until("the end", isContinuationEnd),
      b.until("the end", isContinuationEnd),
    ]);
  },

  /** A call that a person refuses. */
  async reject(stage) {
    const tabs = await both(stage);
    const [a, b] = tabs;
    await asked(tabs, "r1", [user("u1", { turns: [question, said("not then")] })]);
    b.send("tool_approval", { toolCallId: "c1", approved: false, autoContinue: true });
    await Promise.all([
      a.until("the end", isContinuationEnd),
      b.until("the end", isContinuationEnd),
    ]);
  },

  /** An answer that is cancelled in the middle; cancelling what is not there says nothing. */
  async cancel(stage) {
    const [a, b] = await both(stage);
    a.ask("r1", [user("u1", { turns: [halting] })]);
    await Promise.all([a.text("one "), b.text("one ")]);
    a.send("chat_request_cancel", { id: "unknown" });
    a.send("chat_request_cancel", { id: "r1" });
    await a.call("release", "go");
    await Promise.all([a.done("r1"), b.done("r1")]);
  },

  /** An error in the stream; who asks later is told of it too. */
  async "error-chunk"(stage) {
    const tabs = await both(stage);
    const steps = [...said("so far").slice(0, 3), { type: "error", errorText: "model broke" }];
    await asked(tabs, "r1", [user("u1", { turns: [steps] })]);
    const c = await stage.tab("C");
    c.send("stream_resume_request", { probeId: "p1" });
    await c.until("the offer", ({ type }) => type === "cf_agent_stream_resuming");
    c.send("stream_resume_ack", { id: "r1" });
    await c.done("r1");
  },

  /** No answer at all. */
  async "error-nothing"(stage) {
    await asked(await both(stage), "r1", [user("u1", { fail: "nothing" })]);
  },

  /** `onChatMessage` throws; the next turn is answered. */
  async "error-thrown"(stage) {
    const tabs = await both(stage);
    const failing = user("u1", { fail: "throw" });
    tabs[0].ask("r1", [failing]);
    await asked(tabs, "r2", [failing, user("u2", "again")]);
  },

  /** Nothing streams. */
  async "resume-idle"(stage) {
    const a = await stage.tab("A");
    a.send("stream_resume_request", { probeId: "p1" });
    await a.until("the answer", ({ probeId }) => probeId === "p1");
    a.send("stream_resume_request");
    await a.until(
      "the answer",
      ({ probeId, type }) => !probeId && type === "cf_agent_stream_resume_none",
    );
  },

  /** A tab that comes in the middle of an answer gets all of it, and each chunk once. */
  async resume(stage) {
    const a = await stage.tab("A");
    a.ask("r1", [user("u1", { turns: [halting] })]);
    await a.text("one ");
    const c = await stage.tab("C");
    await c.until("the offer", ({ type }) => type === "cf_agent_stream_resuming");
    c.send("stream_resume_request", { probeId: "p1" });
    await c.until("the offer", ({ probeId }) => probeId === "p1");
    c.send("stream_resume_ack", { id: "other" });
    c.send("stream_resume_ack", { id: "r1" });
    await c.until("the past", ({ replayComplete }) => replayComplete === true);
    await a.call("release", "go");
    await Promise.all([a.done("r1"), c.done("r1")]);
  },

  /** A tab that comes before the first chunk waits for it. */
  async "resume-early"(stage) {
    const a = await stage.tab("A");
    a.ask("r1", [user("u1", { turns: [halting] })]);
    await a.text("one ");
    const waiting = user("u2", { turns: [said("second")] });
    a.ask("r2", [user("u1", { turns: [halting] }), waiting]);
    await a.call("report");
    await a.call("release", "go");
    await a.done("r2");
    const c = await stage.tab("C");
    c.send("stream_resume_request", { probeId: "p1" });
    await c.until("the answer", ({ probeId }) => probeId === "p1");
  },

  /** Who accepts an answer after its end is told that it has ended. */
  async "late-ack"(stage) {
    const tabs = await both(stage);
    const [a] = tabs;
    await asked(tabs, "r1", [user("u1", "hello")]);
    a.send("stream_resume_ack", { id: "r1" });
    await a.until("the end", ({ done, replay }) => done === true && replay === true);
    a.send("stream_resume_ack", { id: "unknown" });
    await a.done("unknown");
  },

  /** A conversation that is cleared while nothing happens. */
  async clear(stage) {
    const tabs = await both(stage);
    await asked(tabs, "r1", [user("u1", "hello")]);
    tabs[0].send("chat_clear");
    await tabs[1].until("the clear", ({ type }) => type === "cf_agent_chat_clear");
  },

  /** One that is cleared in the middle of an answer, with another one waiting. */
  async "clear-streaming"(stage) {
    const [a, b] = await both(stage);
    // How soon a stream that is given up ends is the runtime's own affair.
    stage.atAnyMoment("clear");
    const first = user("u1", { turns: [halting] });
    a.ask("r1", [first]);
    await Promise.all([a.text("one "), b.text("one ")]);
    a.ask("r2", [first, user("u2", "second")]);
    await a.call("report");
    b.send("chat_clear");
    await a.until("the clear", ({ type }) => type === "cf_agent_chat_clear");
    await a.call("release", "go");
    await a.done("r2");
  },

  /** A client gives its view of the conversation. */
  async "set-messages"(stage) {
    const tabs = await both(stage);
    await asked(tabs, "r1", [user("u1", "hello")]);
    const before = tabs[1].frames.length;
    tabs[0].send("chat_messages", { messages: [user("u1", "hello, you")] });
    await tabs[1].until("the view", () => tabs[1].frames.length > before);
  },

  /** A question that comes while another is answered, and is not taken. */
  async "overlap-drop"(stage) {
    const [a, b] = await both(stage);
    await a.call("concurrency", "drop");
    const first = user("u1", { turns: [halting] });
    a.ask("r1", [first]);
    await a.text("one ");
    b.ask("r2", [first, user("u2", "second")]);
    await b.done("r2");
    await a.call("release", "go");
    await Promise.all([a.done("r1"), b.done("r1")]);
  },

  /** Of two that wait, only the later is answered. */
  async "overlap-latest"(stage) {
    const [a, b] = await both(stage);
    await a.call("concurrency", "latest");
    const first = user("u1", { turns: [halting] });
    a.ask("r1", [first]);
    await a.text("one ");
    a.ask("r2", [first, user("u2", "second")]);
    await a.call("report");
    a.ask("r3", [first, user("u2", "second"), user("u3", "third")]);
    await a.call("report");
    await a.call("release", "go");
    await Promise.all([a.done("r3"), b.done("r3"), a.done("r2")]);
  },

  /** The last answer once more. */
  async regenerate(stage) {
    const tabs = await both(stage);
    const first = user("u1", { turns: [said("one"), said("two")] });
    await asked(tabs, "r1", [first]);
    tabs[0].ask("r2", [first], "regenerate-message");
    await Promise.all([tabs[0].done("r2"), tabs[1].done("r2")]);
  },

  /** The worked example: two tabs, a client's tool, and a reload in the turn that follows. */
  async reference(stage) {
    const tabs = await both(stage);
    const [a, b] = tabs;
    const steps = calling(["t1", "getUserTimezone"]);
    const first = [...steps.slice(0, -2), hold("end"), ...steps.slice(-2)];
    a.ask("r1", [user("u1", { turns: [first, halting] })]);
    await a.until("the call", ({ body }) => String(body).includes("tool-input-available"));
    const output = { timezone: "Europe/Lisbon" };
    a.send("tool_result", { ...result("t1", output), toolName: "getUserTimezone" });
    await b.until("the result", ({ type }) => type === "cf_agent_message_updated");
    await a.call("release", "end");
    await a.done("r1");
    // The turn that follows may have begun by now: the tab waits for the offer, then asks as well.
    const offer = await a.until(
      "the offer",
      ({ id, type }) => type === "cf_agent_stream_resuming" && id !== "r1",
    );
    a.send("stream_resume_request", { probeId: "p1" });
    await a.until("the answer", ({ probeId }) => probeId === "p1");
    a.send("stream_resume_ack", { id: offer.id });
    await a.until("the past", ({ replayComplete }) => replayComplete === true);
    a.close();
    const again = await stage.tab("A'");
    await again.until("the offer", ({ type }) => type === "cf_agent_stream_resuming");
    again.send("stream_resume_request", { probeId: "p2" });
    await again.until("the offer", ({ probeId }) => probeId === "p2");
    again.send("stream_resume_ack", { id: offer.id });
    await again.until("the past", ({ replayComplete }) => replayComplete === true);
    await again.call("release", "go");
    await Promise.all([
      again.until("the end", isContinuationEnd),
      b.until("the end", isContinuationEnd),
    ]);
  },

  /** Another chat as a tool, with its answer in the frames of the one that called it; replayed to who comes later. */
  async "agent-tool"(stage) {
    const tabs = await both(stage);
    const delegate = { toolCallId: "c1", input: "some words" };
    await asked(tabs, "r1", [user("u1", { delegate, turns: [said("done")] })]);
    const c = await stage.tab("C");
    await c.until("the end of the run", (frame) => {
      const event = frame.event as { kind?: string } | undefined;
      return event?.kind === "finished";
    });
  },
};

export const scenarios: ReadonlyMap<string, Scenario> = new Map(Object.entries(all));
