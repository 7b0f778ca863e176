import type { UIMessage } from "ai";
import { expect, test, vi } from "vitest";
import type { Clock } from "../../clock.ts";
import {
  AutoContinuationController,
  type AutoContinuationHost,
  ContinuationState,
  PreStreamTurns,
} from "./continuation.ts";
import {
  buildInClauseStrings,
  byteLength,
  enforceRowSizeLimit,
  ROW_MAX_BYTES,
  truncateOlderMessages,
  truncateOlderToolResults,
} from "./limits.ts";
import {
  CHAT_MESSAGE_TYPES,
  originMessageIds,
  parseProtocolMessage,
  sendIfOpen,
  withOriginMessageIds,
} from "./protocol.ts";
import { AbortRegistry, SubmitConcurrencyController, TurnQueue } from "./turns.ts";
import {
  awaitWithDeadline,
  ChatStreamStalledError,
  drainInteractionApplies,
  iterateWithStallWatchdog,
  TIMED_OUT,
} from "./waiting.ts";

interface StandingClock extends Clock {
  time: number;
  move(ms: number): void;
}

/** A clock that stands until it is moved. */
function standingClock(): StandingClock {
  const timers = new Map<() => void, number>();
  const clock: StandingClock = {
    time: 1000,
    now: () => clock.time,
    sleep: (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve)),
    after(ms: number, callback: () => void) {
      timers.set(callback, clock.time + ms);
      return () => void timers.delete(callback);
    },
    move(ms: number) {
      clock.time += ms;
      for (const [callback, at] of [...timers]) {
        if (at > clock.time) continue;
        timers.delete(callback);
        callback();
      }
    },
  };
  return clock;
}

test("clients' frames are read, and what is ill-formed is left out or is none", () => {
  const read = (frame: object) => parseProtocolMessage(JSON.stringify(frame));
  const { CHAT_CLEAR, TOOL_APPROVAL, TOOL_RESULT, USE_CHAT_REQUEST } = CHAT_MESSAGE_TYPES;
  expect(read({ type: CHAT_CLEAR })).toEqual({ type: "clear" });
  expect(read({ type: USE_CHAT_REQUEST, id: "r" })).toEqual({
    ...{ type: "chat-request", id: "r", init: {} },
  });
  expect(read({ type: TOOL_RESULT, toolCallId: "c", output: 1, state: 5 })).toEqual({
    ...{ type: "tool-result", toolCallId: "c", toolName: "", output: 1 },
  });
  expect(read({ type: TOOL_APPROVAL, toolCallId: "c", approved: "yes" })).toEqual({
    ...{ type: "tool-approval", toolCallId: "c", approved: false },
  });
  expect(read({ type: "rpc" })).toBeNull();
  expect(parseProtocolMessage("not JSON")).toBeNull();
});

test("a request's last user messages are named in its last frames only", () => {
  const messages = [
    ...[
      { id: "a", role: "user" },
      { id: "b", role: "assistant" },
    ],
    ...[
      { id: "c", role: "user" },
      { id: "d", role: "user" },
    ],
  ];
  expect(originMessageIds(messages)).toEqual(["c", "d"]);
  expect(originMessageIds([{ id: "b", role: "assistant" }])).toBeUndefined();
  expect(withOriginMessageIds({ done: false }, ["c"])).toEqual({ done: false });
  expect(withOriginMessageIds({ done: true }, ["c"])).toEqual({ done: true, messageIds: ["c"] });
});

test("a closed socket is no error; anything else is", () => {
  const failing = (error: Error) => ({
    id: "x",
    send() {
      throw error;
    },
  });
  const closed = new TypeError("Can't call WebSocket send() after close().");
  expect(sendIfOpen(failing(closed), "")).toBe(false);
  expect(() => sendIfOpen(failing(new Error("broken")), "")).toThrow("broken");
});

test("bytes are counted as UTF-8 has them", () => {
  for (const text of ["plain", "žluťoučký", "🐎", "\ud800", "𝕏a\udc00"]) {
    expect(byteLength(text)).toBe(Buffer.byteLength(text));
  }
  expect([...buildInClauseStrings("id IN ", 3)]).toEqual(["id IN (", ", ", ", ", ")"]);
  expect(() => buildInClauseStrings("id IN ", 0)).toThrow(RangeError);
});

test("a message too long for a row keeps the form of its outputs, then loses the oldest texts", () => {
  const long = "x".repeat(ROW_MAX_BYTES);
  const output = { rows: [long, long], total: 2 };
  const call = { type: "tool-get", toolCallId: "c", state: "output-available", input: {}, output };
  const message = { id: "m", role: "assistant", parts: [call] } as unknown as UIMessage;
  const short = enforceRowSizeLimit(message);
  expect(byteLength(JSON.stringify(short))).toBeLessThan(ROW_MAX_BYTES);
  expect(short).toMatchObject({
    metadata: { compactedToolOutputs: ["c"] },
    parts: [{ output: { rows: expect.any(Array), __truncated: true } }],
  });
  const words = (text: string) => ({ type: "text" as const, text });
  const said: UIMessage = { id: "u", role: "user", parts: [words(long), words("short")] };
  const warn = vi.fn();
  expect(enforceRowSizeLimit(said, { warn })).toMatchObject({
    metadata: { compactedTextParts: [0] },
    parts: [{ text: expect.stringMatching(/^\[Text truncated for storage/) }, { text: "short" }],
  });
  expect(warn).toHaveBeenCalledOnce();
  const small: UIMessage = { ...said, parts: [words("short")] };
  expect(enforceRowSizeLimit(small)).toBe(small);
});

test("of older messages a model reads less, of the last all", () => {
  const output = "y".repeat(2000);
  const call = (toolCallId: string) => ({
    ...{ type: "tool-get", toolCallId, state: "output-available", input: {}, output },
  });
  const messages = ["a", "b"].map((id) => ({ id, role: "assistant" as const, parts: [call(id)] }));
  const shown = truncateOlderMessages(messages as never, { keepRecent: 1 });
  const lengths = shown.map(({ parts }) => String(Reflect.get(parts[0] ?? {}, "output")).length);
  expect(lengths[0]).toBeLessThan(600);
  expect(lengths[1]).toBe(2000);
  const results = ["a", "b"].map((toolCallId) => ({
    role: "tool" as const,
    content: [
      { type: "tool-result", toolCallId, toolName: "get", output: { type: "text", value: output } },
    ],
  }));
  const model = truncateOlderToolResults(results as never[], messages as never, { keepRecent: 1 });
  const sizes = model.map((each) => JSON.stringify(each).length);
  expect(sizes[0]).toBeLessThan(700);
  expect(sizes[1]).toBeGreaterThan(2000);
});

test("turns run one by one; a reset gives up those that wait", async () => {
  const queue = new TurnQueue();
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const first = queue.enqueue("one", () => held);
  const second = queue.enqueue("two", async () => "ran");
  await Promise.resolve();
  expect([queue.activeRequestId, queue.queuedCount()]).toEqual(["one", 2]);
  queue.reset();
  expect([queue.queuedCount(), queue.queuedCount(0)]).toEqual([0, 2]);
  letGo();
  expect(await first).toEqual({ status: "completed", value: undefined });
  expect(await second).toEqual({ status: "stale" });
  await queue.waitForIdle();
  expect(queue.isActive).toBe(false);
});

test("requests are ended by their ids and by signals of others", () => {
  const registry = new AbortRegistry();
  const signal = registry.getSignal("r");
  const outer = new AbortController();
  const unlink = registry.linkExternal("r", outer.signal);
  outer.abort("enough");
  expect([signal?.aborted, signal?.reason]).toEqual([true, "enough"]);
  unlink();
  registry.remove("r");
  expect(registry.has("r")).toBe(false);
  registry.linkExternal("gone", AbortSignal.abort("before"));
  expect(registry.getExistingSignal("gone")?.reason).toBe("before");
  registry.destroyAll();
  expect(registry.size).toBe(0);
});

test("overlapping messages: the latest counts, dropped ones do not, debounced ones wait", async () => {
  const clock = standingClock();
  const controller = new SubmitConcurrencyController({ defaultDebounceMs: 750 }, clock);
  const decide = (concurrency: Parameters<typeof controller.decide>[0]["concurrency"]) =>
    controller.decide({ concurrency, isSubmitMessage: true, queuedTurns: 1 });
  const idle = { concurrency: "latest" as const, isSubmitMessage: true, queuedTurns: 0 };
  expect(controller.decide(idle)).toMatchObject({ action: "execute", strategy: null });
  expect(decide("drop").action).toBe("drop");
  const [first, second] = [decide("latest"), decide("merge")];
  expect(controller.isSuperseded(first.submitSequence)).toBe(true);
  expect(controller.isSuperseded(second.submitSequence)).toBe(false);
  const wait = decide({ strategy: "debounce", debounceMs: -1 });
  expect(wait.debounceUntilMs).toBe(clock.time + 750);
  const waited = controller.waitForTimestamp(wait.debounceUntilMs ?? 0);
  clock.move(750);
  await waited;
  const release = controller.beginEnqueue();
  expect(controller.decide(idle).strategy).toBe("latest");
  controller.reset();
  release();
  expect(controller.pendingEnqueueCount).toBe(0);
});

test("answers that come together make one continuation, and the next one is kept", async () => {
  const clock = standingClock();
  const sent: string[] = [];
  const connection = { id: "a", send: (frame: string) => void sent.push(frame) };
  const fired: (string | undefined)[] = [];
  let isIncomplete = true;
  let ids = 0;
  const host: AutoContinuationHost = {
    continuation: new ContinuationState(),
    generateRequestId: () => `r${++ids}`,
    isStreamActive: () => false,
    hasPendingInteraction: () => false,
    hasIncompleteToolBatch: () => isIncomplete,
    drainInteractionApplies: async () => undefined,
    keepAliveWhile: (fn) => fn(),
    fire: () => void fired.push(host.continuation.pending?.requestId),
  };
  const controller = new AutoContinuationController(host, clock);
  const spec = { connection, clientTools: undefined, body: { x: 1 }, errorPrefix: "" };
  controller.schedule(spec);
  clock.move(50);
  await vi.waitFor(() => expect(controller.isArmed()).toBe(false));
  expect(fired).toEqual([]);
  isIncomplete = false;
  controller.rearmForBatch();
  controller.schedule(spec);
  clock.move(50);
  expect(fired).toEqual(["r1"]);
  controller.schedule(spec);
  expect(host.continuation.deferred).toMatchObject({ connectionId: "a", body: { x: 1 } });
  host.continuation.activatePending();
  expect(host.continuation.activeRequestId).toBe("r1");
  controller.activateDeferredAndReschedule();
  clock.move(50);
  expect(fired).toEqual(["r1", "r2"]);
  host.continuation.sendResumeNone();
  expect(sent.map((frame) => JSON.parse(frame))).toEqual([
    { type: CHAT_MESSAGE_TYPES.STREAM_RESUME_NONE },
  ]);
});

test("who waits for a stream is told to, and told when there will be none", () => {
  const sent: object[] = [];
  const connection = { id: "a", send: (frame: string) => void sent.push(JSON.parse(frame)) };
  const turns = new PreStreamTurns();
  expect(turns.park(connection)).toBe(false);
  turns.begin("r");
  expect(turns.park(connection, "p")).toBe(true);
  expect(turns.settle("r")).toBe(true);
  turns.releaseAwaiting();
  expect(sent).toEqual([
    { type: CHAT_MESSAGE_TYPES.STREAM_PENDING, id: "r", probeId: "p" },
    { type: CHAT_MESSAGE_TYPES.STREAM_RESUME_NONE },
  ]);
});

test("waiting ends at its deadline, and with the chain it waits for", async () => {
  const clock = standingClock();
  const never = new Promise<never>(() => undefined);
  const late = awaitWithDeadline(never, clock.time + 10, clock);
  clock.move(10);
  expect(await late).toBe(TIMED_OUT);
  expect(await awaitWithDeadline(Promise.resolve(1), null, clock)).toBe(1);
  let tail: Promise<unknown> = Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const drained = drainInteractionApplies(
    () => true,
    () => tail,
  );
  tail = promise;
  resolve();
  await drained;
});

test("a stream that goes silent is given up", async () => {
  const clock = standingClock();
  const onStall = vi.fn();
  async function* silent() {
    yield 1;
    await new Promise(() => undefined);
  }
  const stream = iterateWithStallWatchdog(silent(), 100, onStall, clock);
  expect((await stream.next()).value).toBe(1);
  const next = stream.next();
  clock.move(100);
  await expect(next).rejects.toThrow(ChatStreamStalledError);
  expect(onStall).toHaveBeenCalledOnce();
});
