import type { UIMessage } from "ai";
import { expect, test, vi } from "vitest";
import { analyzeCorruption, migrateToUIMessage, needsMigration } from "../migration/index.ts";
import { resolveChatRecoveryConfig } from "../recovery/config.ts";
import type { ChatRecoveryIncident } from "../recovery/incident.ts";
import { sanitizeMessage } from "./limits.ts";
import { aiSdkRecoveryCodec } from "./orphans.ts";
import { reconcileMessages, resolveToolMergeId } from "./reconcile.ts";
import {
  buildChatRecoveringFrame,
  bumpChatRecoveryProgress,
  classifyAgentToolChildRecovery,
  clearChatTerminal,
  createChatFiberSnapshot,
  isDurableObjectResetError,
  listActiveChatRecoveryIncidents,
  pendingChatTerminal,
  readChatRecoveryProgress,
  recordChatTerminal,
  runChatRecoveryExhaustion,
  StreamProgressCreditThrottle,
  setChatRecovering,
  shouldCreditStreamProgress,
  sweepStaleChatRecoveryIncidents,
  unwrapChatFiberSnapshot,
  wrapChatFiberSnapshot,
} from "./recovery.ts";

/** Storage as far as it is needed here. */
function memory() {
  const rows = new Map<string, unknown>();
  const storage = {
    rows,
    get: async (key: string) => rows.get(key),
    put: async (key: string, value: unknown) => void rows.set(key, value),
    async delete(keys: string | string[]) {
      for (const key of [keys].flat()) rows.delete(key);
    },
    list: async ({ prefix }: { prefix: string }) =>
      new Map([...rows].filter(([key]) => key.startsWith(prefix))),
  };
  return storage as typeof storage & DurableObjectStorage;
}

const incident = (status: ChatRecoveryIncident["status"], lastAttemptAt: number) => ({
  ...{ incidentId: status, requestId: "r", recoveryKind: "retry" as const, attempt: 1 },
  ...{ maxAttempts: 10, status, firstSeenAt: 0, lastAttemptAt },
});

test("incidents are listed while they are dealt with, and forgotten after an hour", async () => {
  const storage = memory();
  const key = (name: string) => `cf:chat-recovery:incident:${name}`;
  storage.rows.set(key("old"), incident("attempting", 0));
  storage.rows.set(key("new"), incident("failed", 3_600_000));
  expect((await listActiveChatRecoveryIncidents(storage)).map((each) => each.key)).toEqual([
    key("old"),
  ]);
  expect(await classifyAgentToolChildRecovery(storage)).toBe("in-progress");
  await sweepStaleChatRecoveryIncidents(storage, 3_600_001);
  expect([...storage.rows.keys()]).toEqual([key("new")]);
  expect(await classifyAgentToolChildRecovery(storage)).toBe("failed");
  expect(await classifyAgentToolChildRecovery(memory())).toBe("none");
});

test("progress, the last error and the sign of a recovery are kept in the published keys", async () => {
  const storage = memory();
  await bumpChatRecoveryProgress(storage);
  await bumpChatRecoveryProgress(storage);
  expect(await readChatRecoveryProgress(storage)).toBe(2);
  await recordChatTerminal(storage, "r", "broken", ["u"]);
  expect(storage.rows.get("cf:chat:last-terminal")).toEqual({
    ...{ requestId: "r", body: "broken", messageIds: ["u"] },
  });
  await clearChatTerminal(storage);
  expect(await pendingChatTerminal(storage)).toBeNull();
  const frames: object[] = [];
  const deps = {
    ...{ storage, messageType: "cf_agent_chat_recovering", now: 1000 },
    broadcast: (frame: object) => void frames.push(frame),
  };
  for (const active of [true, true, false, false]) await setChatRecovering(active, "r", deps);
  const type = "cf_agent_chat_recovering";
  expect(frames).toEqual([
    { type, recovering: true, id: "r" },
    { type, recovering: false, id: "r" },
  ]);
  await setChatRecovering(true, "r", deps);
  expect(await buildChatRecoveringFrame(storage, type, 1000)).toEqual(frames[0]);
  expect(await buildChatRecoveringFrame(storage, type, 1000 + 15 * 60_000 + 1)).toBeNull();
});

test("a snapshot names the turn, and comes back beside what was stashed", () => {
  const messages = [
    ...[
      { id: "u", role: "user" },
      { id: "a", role: "assistant" },
    ],
  ];
  const snapshot = createChatFiberSnapshot({
    ...{ kind: "mine", requestId: "r", continuation: true, messages },
  });
  expect(snapshot).toMatchObject({
    ...{ version: 1, recoveryRootRequestId: "r", latestMessageId: "a", latestUserMessageId: "u" },
  });
  const wrapped = wrapChatFiberSnapshot("key", snapshot, { step: 1 });
  expect(unwrapChatFiberSnapshot("key", wrapped)).toEqual({ snapshot, user: { step: 1 } });
  expect(unwrapChatFiberSnapshot("key", wrapped, "other").snapshot).toBeNull();
  expect(unwrapChatFiberSnapshot("key", 5)).toEqual({ snapshot: null, user: 5 });
});

test("what begins always counts as progress, what goes on now and then", () => {
  const throttle = new StreamProgressCreditThrottle();
  const credit = (type: string, now: number) =>
    shouldCreditStreamProgress({ codec: aiSdkRecoveryCodec, type, throttle, now });
  expect([credit("text-start", 0), credit("text-start", 1)]).toEqual([true, true]);
  expect([credit("text-delta", 2), credit("text-delta", 5001), credit("text-delta", 5002)]).toEqual(
    [true, false, true],
  );
  expect(credit("finish", 20_000)).toBe(false);
});

test("a turn is given up before clients hear so, whatever the author's hook does", async () => {
  const seen: string[] = [];
  const config = resolveChatRecoveryConfig({ terminalMessage: "Sorry." });
  const input = { incident: incident("exhausted", 0), config, partialText: "so", partialParts: [] };
  await runChatRecoveryExhaustion(
    { ...input, streamId: "s", createdAt: 0 },
    {
      emit: ({ reason }) => void seen.push(`emit ${reason}`),
      onExhausted: () => {
        throw new Error("hook");
      },
      onError: (error) => void seen.push(String(error)),
      terminalize: ({ terminalMessage }) => void seen.push(terminalMessage),
    },
  );
  expect(seen).toEqual(["emit max_attempts_exceeded", "Error: hook", "Sorry."]);
  const reset = new Error("reset because its code was updated");
  expect(isDurableObjectResetError(new Error("failed", { cause: reset }))).toBe(true);
  expect(isDurableObjectResetError(new Error("reset"))).toBe(false);
});

test("messages of clients take the server's ids and results", () => {
  const text = (id: string, words: string): UIMessage => ({
    ...{ id, role: "assistant", parts: [{ type: "text", text: words }] },
  });
  const strip = (message: UIMessage): UIMessage => ({ ...message, metadata: undefined });
  const mine = { ...text("client", "hi"), metadata: { local: true } };
  expect(reconcileMessages([mine], [text("server", "hi")], strip)).toEqual([
    { ...mine, id: "server" },
  ]);
  const call = (id: string, state: string, more: object = {}) =>
    ({
      id,
      role: "assistant",
      parts: [{ type: "tool-x", toolCallId: "c", state, ...more }],
    }) as never;
  const known = call("server", "output-available", { input: {}, output: 1 });
  expect(resolveToolMergeId(call("client", "input-available"), [known]).id).toBe("server");
  const leftover = { ...text("m", "x"), parts: [{ type: "reasoning", text: " " }] } as UIMessage;
  expect(sanitizeMessage(leftover).parts).toEqual([]);
});

test("older names still read older messages, and say that they are older", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const old = { id: "1", role: "user", content: "hi" };
  expect(migrateToUIMessage(old)).toEqual({
    ...{ id: "1", role: "user", parts: [{ type: "text", text: "hi" }] },
  });
  migrateToUIMessage(old);
  expect(needsMigration([old])).toBe(true);
  expect(warn).toHaveBeenCalledTimes(2);
  expect(warn.mock.calls[0]?.[0]).toMatch(/^\[@cloudflare\/ai-chat\] Deprecated: /);
  warn.mockRestore();
  const list = { ...old, content: [{ type: "text", text: "x" }] };
  expect(analyzeCorruption([old, list, { parts: [] }, 5])).toEqual({
    ...{ total: 4, clean: 1, legacyString: 1, corruptArray: 1, unknown: 1 },
    examples: { legacyString: old, corruptArray: list, unknown: 5 },
  });
});
