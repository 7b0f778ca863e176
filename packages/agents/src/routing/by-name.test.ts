import { expect, test, vi } from "vitest";
import type { Agent } from "../agent.ts";
import { getAgentByName } from "./by-name.ts";

type Namespace = DurableObjectNamespace<Agent<Cloudflare.Env>>;

function setUp() {
  const start = vi.fn(async (_props?: unknown) => undefined);
  const calls: unknown[] = [];
  const inside = (where: string) => ({
    idFromName: (name: string) => `${where}:${name}`,
    get(id: string, hint?: unknown) {
      calls.push([id, hint]);
      return { id, __unsafe_ensureInitialized: start };
    },
  });
  const namespace = { ...inside("anywhere"), jurisdiction: inside };
  return { namespace: namespace as unknown as Namespace, start, calls };
}

test("gives the stub of an agent that has started, with its props", async () => {
  const { namespace, start } = setUp();
  const stub = await getAgentByName(namespace, "a b", { props: { user: "ada" } });
  expect(stub).toMatchObject({ id: "anywhere:a b" });
  expect(start.mock.calls).toEqual([[{ user: "ada" }]]);
});

test("puts the agent where it is asked to", async () => {
  const { namespace, calls } = setUp();
  await getAgentByName(namespace, "a", { jurisdiction: "eu", locationHint: "weur" });
  expect(calls).toEqual([["eu:a", { locationHint: "weur" }]]);
});

test("takes a fresh stub for each attempt, and rejects with what failed", async () => {
  const { namespace, start, calls } = setUp();
  start.mockRejectedValueOnce(Object.assign(new Error("lost"), { retryable: true }));
  const onRetry = vi.fn();
  const retry = { baseDelayMs: 1, maxDelayMs: 1, onRetry };
  await getAgentByName(namespace, "a", { routingRetry: retry });
  expect([calls.length, onRetry.mock.calls[0]?.[0].name]).toEqual([2, "a"]);
  start.mockRejectedValueOnce(new Error("onStart failed"));
  await expect(getAgentByName(namespace, "a")).rejects.toThrow("onStart failed");
  expect(calls).toHaveLength(3);
});

test.each([
  ["nothing", undefined],
  ["null", null],
  ["a name above 1024 bytes", "ü".repeat(513)],
])("refuses %s as a name", async (_what, name) => {
  const { namespace, calls } = setUp();
  const given = getAgentByName(namespace, name as string);
  await expect(given).rejects.toMatchObject({ code: "invalid_agent_name" });
  expect(calls).toEqual([]);
});

test("names the missing binding as the cause", async () => {
  const missing = getAgentByName(undefined as unknown as Namespace, "a");
  await expect(missing).rejects.toMatchObject({ code: "namespace_missing" });
});
