import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyAgentToolEvent, createAgentToolEventState } from "agents/chat";
import type { UIMessage } from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../../scripts/testing/model-server/index.ts";
import { bundleWorker } from "./support/bundle.ts";
import { ChatTab, type Frame, textOf, user } from "./support/chat.ts";
import { runOnFreehold } from "./support/freehold.ts";
import { localPath } from "./support/path.ts";
import { runtimes } from "./support/runtimes.ts";
import type { RunningWorker } from "./support/workerd.ts";

const fixture = localPath("../fixtures/workshop-chat.ts");
const objects = { Foreman: "Foreman", Clerk: "Clerk", Apprentice: "Apprentice" };

interface Event {
  readonly kind: string;
  readonly runId: string;
  readonly body?: string;
}

const isTool = ({ type }: Frame) => type === "agent-tool-event";
const eventOf = (frame: Frame) => frame.event as Event;
const kinds = (tab: ChatTab) => tab.frames.filter(isTool).map((frame) => eventOf(frame).kind);
const ended = (kind: string) => (frame: Frame) => isTool(frame) && eventOf(frame).kind === kind;

/** What the published client makes of the frames. */
function shown(tab: ChatTab) {
  const frames = tab.frames.filter(isTool) as unknown as Parameters<
    typeof applyAgentToolEvent
  >[1][];
  const state = frames.reduce(applyAgentToolEvent, createAgentToolEventState());
  return Object.values(state.runsById).map(({ status, parts, parentToolCallId, milestones }) => ({
    ...{ status, parentToolCallId },
    text: parts.map((part) => Reflect.get(part, "text") ?? "").join(""),
    milestones: milestones?.map(({ name }) => name),
  }));
}

describe.each(runtimes)("chats as tools on %s", (_runtime, run) => {
  let worker: RunningWorker;
  let model: ModelServer;
  let names = 0;

  beforeAll(async () => {
    model = await startModelServer();
    const script = await bundleWorker(fixture);
    worker = await run({ script, objects, variables: { MODEL: model.url } });
  });
  afterAll(async () => {
    await worker?.stop();
    await model?.close();
  });

  /** Tabs of a conversation of its own. */
  function room(agent = "foreman") {
    const path = `/agents/${agent}/room-${++names}`;
    return (id: string) => ChatTab.open(`ws://${worker.host}${path}?_pk=${id}`);
  }

  test("the model has another chat answer: every tab follows it, and the answer comes to the model", async () => {
    const tab = room();
    const [a, b] = [await tab("a"), await tab("b")];
    model.add(
      { when: "build", steps: [{ tool: "delegate", input: { task: "saw" }, id: "c1" }] },
      { when: "saw", steps: ["It is ", "sawn."] },
      { when: "build", steps: ["All is built."] },
    );
    a.ask("r1", [user("u1", "build")]);
    await Promise.all([a.done("r1"), b.done("r1")]);
    for (const each of [a, b]) {
      expect(kinds(each)[0]).toBe("started");
      expect(kinds(each).at(-1)).toBe("finished");
      expect(shown(each)).toEqual([
        { status: "completed", parentToolCallId: "c1", text: "It is sawn.", milestones: ["said"] },
      ]);
    }
    const late = await tab("c");
    await late.until(ended("finished"));
    expect(shown(late)[0]).toMatchObject({ status: "completed", text: "It is sawn." });
    const { messages, told } = (await a.call("report")) as {
      messages: UIMessage[];
      told: string[];
    };
    expect([...new Set(told)]).toEqual(["at it", "said"]);
    expect(textOf(messages[1])).toBe("All is built.");
    expect(messages[1]?.parts).toContainEqual(
      expect.objectContaining({ toolCallId: "c1", output: "It is sawn." }),
    );
  });

  test("an agent that is no chat has one run, once for each id", async () => {
    const a = await room("clerk")("a");
    model.add({ when: "sum", steps: ["Five."] });
    const result = {
      ...{ runId: "r", agentType: "Apprentice", status: "completed", summary: "Five." },
      output: { said: "Five.", asked: "the sum" },
    };
    expect(await a.call("use", "the sum", { runId: "r" })).toEqual(result);
    expect(await a.call("use", "another", { runId: "r" })).toEqual(result);
    expect(shown(a)).toMatchObject([{ status: "completed", text: "Five." }]);
  });

  test("a run whose model fails fails, and one that is cancelled ends with the turn that has it run", async () => {
    const tab = room();
    const a = await tab("a");
    model.add({ when: "fail here", status: 400, message: "no wood" });
    const failed = await a.call("use", "fail here", { runId: "f" });
    expect(failed).toMatchObject({ status: "error", error: expect.any(String) });
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    model.add(
      { when: "go", steps: [{ tool: "delegate", input: { task: "endless" }, id: "c9" }] },
      { when: "endless", steps: ["on and ", { until: held }, "on"] },
    );
    a.ask("r1", [user("u1", "go")]);
    await a.until((frame) => isTool(frame) && eventOf(frame).body?.includes("on and") === true);
    a.send({ type: "cf_agent_chat_request_cancel", id: "r1" });
    const isDone = ({ done, id }: Frame) => done === true && id === "r1";
    while (!a.frames.some(isDone) || !a.frames.some(ended("aborted"))) await a.until(() => true);
    letGo();
    const [inspection] = (await a.call("child", "agent-tool:c9")) as [object];
    expect(inspection).toMatchObject({ status: "aborted" });
  });

  test("of a run that is wanted so only its end is told, and its own tabs hear none of it", async () => {
    const a = await room()("a");
    model.add({ when: "quiet", steps: ["Hush."] });
    const options = { runId: "q", eventDelivery: "terminal" };
    expect(await a.call("use", "quiet", options)).toMatchObject({ summary: "Hush." });
    const told = a.frames.filter(isTool).map((frame) => eventOf(frame).body ?? "");
    expect(told.filter((body) => body.includes("text-delta"))).toEqual([]);
  });

  test("a run in the background is told of in the conversation, which answers", async () => {
    const a = await room()("a");
    model.add(
      { when: "slow work", steps: ["Done it."] },
      { when: "background", steps: ["Thanks."] },
    );
    const options = { runId: "d", detached: { notify: true, onMilestones: ["said"] } };
    const begun = await a.call("use", "slow work", options);
    expect(begun).toMatchObject({ status: "running" });
    const spoken = (frame: Frame) =>
      frame.type === "cf_agent_chat_messages" && JSON.stringify(frame).includes("Thanks.");
    await a.until(spoken);
    const { messages } = (await a.call("report")) as { messages: UIMessage[] };
    const told = messages.map(({ id, role }) => [id, role]);
    expect(told).toContainEqual(["detached-finish:d:completed", "user"]);
    expect(told).toContainEqual(["detached-ms:d:said", "assistant"]);
    const finish = messages.find(({ id }) => id === "detached-finish:d:completed");
    expect(finish?.metadata).toEqual({
      ...{
        source: "detached-agent-tool",
        runId: "d",
        agentType: "Apprentice",
        status: "completed",
      },
    });
    expect(textOf(finish)).toContain("Done it.");
  });
});

test("a run goes on after a crash of the process, and its chunks reach the parent once", async () => {
  const directory = await mkdtemp(join(tmpdir(), "freehold-workshop-"));
  await using model = await startModelServer();
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  model.add(
    { when: "build", steps: [{ tool: "delegate", input: { task: "saw" }, id: "c1" }] },
    { when: "saw", steps: ["Half ", { until: held }] },
    { when: "saw", times: 5, steps: ["and all."] },
    { when: "build", times: 5, steps: ["Built."] },
  );
  const script = await bundleWorker(fixture);
  const variables = { MODEL: model.url };
  const start = () => runOnFreehold({ script, objects, directory, variables });
  const open = (on: RunningWorker) => ChatTab.open(`ws://${on.host}/agents/foreman/mine`);
  let worker = await start();
  try {
    const a = await open(worker);
    a.ask("r1", [user("u1", "build")]);
    await a.until((frame) => isTool(frame) && eventOf(frame).body?.includes("Half ") === true);
    a.send({ type: "rpc", id: "die", method: "die", args: [] });
    await a.socket.closed;
    letGo();
    await worker.stop();
    worker = await start();
    const again = await open(worker);
    const done = () =>
      again.call("child", "agent-tool:c1") as Promise<[{ status: string }, { sequence: number }[]]>;
    await expect.poll(async () => (await done())[0].status, { timeout: 30_000 }).toBe("completed");
    const [inspection, chunks] = await done();
    expect(inspection).toMatchObject({ summary: expect.stringContaining("and all.") });
    expect(chunks.map(({ sequence }) => sequence)).toEqual(chunks.map((_, index) => index));
    await expect
      .poll(
        async () => {
          const { messages } = (await again.call("report")) as { messages: UIMessage[] };
          return textOf(messages.at(-1));
        },
        { timeout: 30_000 },
      )
      .toContain("Built.");
  } finally {
    await worker.stop();
    await rm(directory, { recursive: true, force: true });
  }
}, 90_000);
