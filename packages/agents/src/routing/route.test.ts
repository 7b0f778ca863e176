import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import { routeAgentRequest } from "./route.ts";

let error: MockInstance<typeof console.error>;
beforeEach(() => {
  error = vi.spyOn(console, "error").mockReturnValue();
});
afterEach(() => void error.mockRestore());

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
  const env = { ChatRoom: namespace, AIAgent: namespace, TEXT: "text", NOTHING: null };
  return { env, namespace, fetched };
}
const request = (path: string, init?: RequestInit) => new Request(`http://x${path}`, init);

describe("routeAgentRequest", () => {
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
    const { env, fetched } = setUp();
    expect(await routeAgentRequest(request("/x"), env)).toBeNull();
    const unknown = await routeAgentRequest(request("/agents/chatroom/a"), env);
    expect([unknown?.status, await unknown?.text()]).toEqual([400, "Invalid request"]);
    expect(error.mock.calls[0]?.[0]).toBe(
      'Routing refused (unknown_agent): No Durable Object binding is named "chatroom". ' +
        "Did you mean chat-room? Bindings: chat-room, a-i-agent.",
    );
    expect(fetched).not.toHaveBeenCalled();
  });

  test("says why in development, and to other origins when they are allowed", async () => {
    const env = { ...setUp().env, FREEHOLD_DEV: "1" };
    const answer = await routeAgentRequest(request("/agents/inbox/a"), env, { cors: true });
    expect(await answer?.text()).toMatch(
      /^Invalid request \(unknown_agent\): .*Bindings: chat-room/,
    );
    expect(answer?.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("takes a run of capitals as letters or as one word", async () => {
    const { env, namespace } = setUp();
    for (const path of ["/agents/a-i-agent/x", "/agents/ai-agent/x"]) {
      expect((await routeAgentRequest(request(path), env))?.status).toBe(200);
    }
    expect(namespace.get).toHaveBeenCalledTimes(2);
    const both = { AIAgent: namespace, AI_Agent: namespace };
    expect((await routeAgentRequest(request("/agents/a-i--agent/x"), both))?.status).toBe(200);
    expect((await routeAgentRequest(request("/agents/ai-agent/x"), both))?.status).toBe(400);
    expect(error.mock.calls.flat().join()).toContain(
      '"ai-agent" could be env.AIAgent and env.AI_Agent',
    );
  });

  test("the first name of one binding is never another's second", async () => {
    const [first, second] = [setUp(), setUp()];
    const env = { AIAgent: first.namespace, AiAgent: second.namespace };
    await routeAgentRequest(request("/agents/ai-agent/x"), env);
    expect([first.fetched.mock.calls.length, second.fetched.mock.calls.length]).toEqual([0, 1]);
  });

  test("of two bindings with one name the later answers, and is named once", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const [first, second] = [setUp(), setUp()];
    const env = { MyAgent: first.namespace, "my-agent": second.namespace };
    await routeAgentRequest(request("/agents/my-agent/x"), env);
    await routeAgentRequest(request("/agents/my-agent/x"), env);
    expect([first.fetched.mock.calls.length, second.fetched.mock.calls.length]).toEqual([0, 2]);
    expect(warn.mock.calls).toEqual([
      ["/my-agent/ is env.my-agent; env.MyAgent has the same name and cannot be reached."],
    ]);
    warn.mockRestore();
  });

  test("a name stands as in the URL, or decoded when asked", async () => {
    const { env, namespace } = setUp();
    const named = (path: string, decodeName: boolean) =>
      routeAgentRequest(request(path), env, { decodeName });
    await named("/agents/chat-room/a%20b%2Fc/rest", false);
    await named("/agents/chat-room/a%20b%2Fc/rest", true);
    await named("/agents/chat-room/%zz", false);
    expect(namespace.get.mock.calls.map(([id]) => id)).toEqual(["a%20b%2Fc", "a b/c", "%zz"]);
    const bad = await named("/agents/chat-room/%zz", true);
    expect([bad?.status, await bad?.text()]).toEqual([400, "Invalid request"]);
  });

  test("a name that no agent could read is refused", async () => {
    const { env, fetched } = setUp();
    const of = async (length: number) =>
      (await routeAgentRequest(request(`/agents/chat-room/${"n".repeat(length)}`), env))?.status;
    expect([await of(1024), await of(1025)]).toEqual([200, 400]);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  test("a preflight is answered before hooks and agent", async () => {
    const { env, fetched } = setUp();
    const onBeforeRequest = vi.fn();
    const options = {
      cors: { "access-control-allow-origin": "https://a.example" },
      onBeforeRequest,
    };
    const preflight = request("/agents/chat-room/a", { method: "OPTIONS" });
    const answer = await routeAgentRequest(preflight, env, options);
    expect([answer?.status, [...(answer?.headers ?? [])]]).toEqual([
      200,
      [["access-control-allow-origin", "https://a.example"]],
    ]);
    expect([onBeforeRequest.mock.calls.length, fetched.mock.calls.length]).toEqual([0, 0]);
    await routeAgentRequest(preflight, env);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  test("an answer keeps its own headers beside those for other origins", async () => {
    const { env } = setUp(() => new Response("no", { status: 500, headers: { own: "1" } }));
    const answer = await routeAgentRequest(request("/agents/chat-room/a"), env, { cors: true });
    expect([answer?.status, answer?.headers.get("own")]).toEqual([500, "1"]);
    expect(answer?.headers.get("access-control-allow-methods")).toBe("GET, POST, HEAD, OPTIONS");
  });

  test("removes internal headers and sets its own", async () => {
    const { env, fetched } = setUp();
    const headers = {
      "x-agents-lifecycle-props": "{}",
      "x-cf-agents-subagent-url": "u",
      "x-partykit-room": "another",
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

  test("a hook that returns something else lets nothing pass", async () => {
    const { env, fetched } = setUp();
    const returning = (value: unknown) =>
      routeAgentRequest(request("/agents/chat-room/a"), env, {
        onBeforeRequest: () => value as undefined,
      });
    await expect(returning("no")).rejects.toMatchObject({ code: "invalid_hook_result" });
    expect(fetched).not.toHaveBeenCalled();
    for (const nothing of [undefined, null, false]) await returning(nothing);
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  test("props that JSON cannot carry are named", async () => {
    const sent = routeAgentRequest(request("/agents/chat-room/a"), setUp().env, {
      props: { big: 1n },
    });
    await expect(sent).rejects.toMatchObject({ code: "invalid_props" });
  });

  test("a failure of the platform is tried again with the same body, unless it is large", async () => {
    const failing = vi.fn(async (request: Request) => {
      const text = await request.text();
      if (failing.mock.calls.length === 1) {
        throw Object.assign(new Error("lost"), { retryable: true });
      }
      return new Response(text.slice(0, 5));
    });
    const { env } = setUp(failing);
    const send = (length: number) => {
      const headers = { "content-length": `${length}` };
      const init = { method: "POST", body: "x".repeat(length), headers };
      return routeAgentRequest(request("/agents/chat-room/a", init), env, {
        routingRetry: { baseDelayMs: 1, maxDelayMs: 1 },
      });
    };
    expect(await (await send(5))?.text()).toBe("xxxxx");
    failing.mockClear();
    await expect(send(2 ** 20 + 1)).rejects.toThrow("lost");
  });
});
