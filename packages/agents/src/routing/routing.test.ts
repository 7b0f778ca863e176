import { describe, expect, test, vi } from "vitest";
import { fixedRandom, TestClock } from "../../test/support/fakes.ts";
import { matchPath } from "./match.ts";
import { camelCaseToKebabCase } from "./names.ts";
import { routingRetry } from "./retry.ts";
import { routeAgentRequest } from "./route.ts";

test.each([
  ["MyAgent", "my-agent"],
  ["TestStateAgent", "test-state-agent"],
  ["LOUD_AGENT", "loud-agent"],
  ["SUB", "sub"],
  ["Sub_", "sub"],
  ["my-agent", "my-agent"],
  ["AIAssistant", "a-i-assistant"],
  ["My_Agent", "my--agent"],
  ["V2Agent", "v2-agent"],
])("%s is %s in a URL", (name, kebab) => {
  expect(camelCaseToKebabCase(name)).toBe(kebab);
});

test.each([
  ["/agents/room/a", "agents", { binding: "room", name: "a" }],
  ["/agents/room/a%20b/rest", "agents", { binding: "room", name: "a%20b" }],
  ["//agents//room/a", "agents", { binding: "room", name: "a" }],
  ["/api/v1/room/a", "api/v1", { binding: "room", name: "a" }],
  ["/agents/room", "agents", undefined],
  ["/agents", "agents", undefined],
  ["/other/room/a", "agents", undefined],
])("%s under %s is %j", (path, prefix, match) => {
  expect(matchPath(path, prefix)).toEqual(match);
});

describe("routeAgentRequest", () => {
  function setUp(
    answer: (request: Request) => Response | Promise<Response> = () => new Response("ok"),
  ) {
    const fetched = vi.fn(answer);
    const namespace = {
      idFromName: (name: string) => name,
      jurisdiction: () => namespace,
      get: vi.fn((_id: string, _options?: unknown) => ({
        fetch: async (r: Request) => fetched(r),
      })),
    };
    const env = { ChatRoom: namespace, TEXT: "text", NOTHING: null };
    return { env, namespace, fetched };
  }
  const request = (path: string, init?: RequestInit) => new Request(`http://x${path}`, init);

  test("goes by binding name and passes the whole request on", async () => {
    const { env, fetched, namespace } = setUp();
    const options = { locationHint: "weur" } as const;
    const sent = request("/agents/chat-room/a/b?c=d", { method: "POST", body: "hi" });
    expect(await (await routeAgentRequest(sent, env, options))?.text()).toBe("ok");
    expect(namespace.get).toHaveBeenCalledWith("a", { locationHint: "weur" });
    const [received] = fetched.mock.calls[0] ?? [];
    expect([received?.url, await received?.text()]).toEqual([
      "http://x/agents/chat-room/a/b?c=d",
      "hi",
    ]);
  });

  test("is null for other paths and 400 for unknown bindings", async () => {
    const { env } = setUp();
    const error = vi.spyOn(console, "error").mockReturnValue();
    expect(await routeAgentRequest(request("/x"), env)).toBeNull();
    const unknown = await routeAgentRequest(request("/agents/nobody/a"), env, { cors: true });
    expect([unknown?.status, await unknown?.text()]).toEqual([400, "Invalid request"]);
    expect(unknown?.headers.get("access-control-allow-origin")).toBeNull();
    error.mockRestore();
  });

  test("removes internal headers and sets its own", async () => {
    const { env, fetched } = setUp();
    const headers = {
      "x-agents-lifecycle-props": "{}",
      "x-cf-agents-subagent-url": "u",
      keep: "me",
    };
    await routeAgentRequest(request("/agents/chat-room/a", { headers }), env);
    await routeAgentRequest(request("/agents/chat-room/a", { headers }), env, { props: { é: 1 } });
    const [plain, withProps] = fetched.mock.calls.map(([received]) => received.headers);
    expect([...(plain ?? [])]).toEqual([["keep", "me"]]);
    const encoded = withProps?.get("x-agents-lifecycle-props") ?? "";
    expect(Buffer.from(encoded, "base64").toString()).toBe('{"é":1}');
  });

  test("hooks answer, replace or let pass", async () => {
    const { env, fetched } = setUp();
    const onBeforeRequest = vi.fn().mockReturnValueOnce(new Response("no", { status: 403 }));
    const options = { onBeforeRequest, cors: { "x-cors": "1" } };
    const refused = await routeAgentRequest(request("/agents/chat-room/a"), env, options);
    expect([refused?.status, refused?.headers.get("x-cors")]).toEqual([403, "1"]);
    expect(onBeforeRequest.mock.calls[0]?.[1]).toEqual({ className: "ChatRoom", name: "a" });
    onBeforeRequest.mockReturnValueOnce(request("/agents/chat-room/a?new"));
    await routeAgentRequest(request("/agents/chat-room/a"), env, options);
    expect(fetched.mock.calls[0]?.[0].url).toBe("http://x/agents/chat-room/a?new");
  });

  test("what a hook puts in place of the request cannot carry internal headers either", async () => {
    const { env, fetched } = setUp();
    const headers = { "x-agents-lifecycle-props": "{}" };
    const replacement = request("/agents/chat-room/a", { headers });
    await routeAgentRequest(request("/agents/chat-room/a"), env, {
      onBeforeRequest: () => replacement,
    });
    expect(fetched.mock.calls[0]?.[0].headers.has("x-agents-lifecycle-props")).toBe(false);
  });
});

describe("routing retries", () => {
  const lost = Object.assign(new Error("lost"), { retryable: true });

  test("repeat what the platform marks so, and nothing else", async () => {
    const ports = { clock: new TestClock(), random: fixedRandom(0.5) };
    const onRetry = vi.fn().mockRejectedValue(new Error("ignored"));
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const work = vi
      .fn()
      .mockRejectedValueOnce(lost)
      .mockRejectedValueOnce(lost)
      .mockResolvedValue(1);
    expect(await routingRetry(work, { onRetry }, { name: "a" }, ports)).toBe(1);
    expect(ports.clock.slept).toEqual([50, 100]);
    expect(onRetry.mock.calls[0]?.[0]).toMatchObject({
      attempt: 1,
      maxAttempts: 3,
      delayMs: 50,
      name: "a",
    });
    const other = vi.fn().mockRejectedValue(new Error("mine"));
    await expect(routingRetry(other, undefined, { name: "a" }, ports)).rejects.toThrow("mine");
    expect(other).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  test("check their options", async () => {
    const ports = { clock: new TestClock(), random: fixedRandom() };
    const bad = routingRetry(async () => 1, { baseDelayMs: 900 }, { name: "a" }, ports);
    await expect(bad).rejects.toThrow("routingRetry.baseDelayMs must be <= maxDelayMs");
  });
});
