import { expect, it } from "vitest";
import { AgentClient } from "./agent-client.ts";
import { agentFetch } from "./agent-fetch.ts";
import type { AgentClientFetchOptions } from "./options.ts";

/** Where a request with these options goes. */
async function urlOf(options: Partial<AgentClientFetchOptions>): Promise<string> {
  let asked = "";
  const fetch = async (input: string | URL | Request) => {
    asked = String(input);
    return new Response();
  };
  await agentFetch({
    agent: "ChatRoom",
    host: "example.com",
    fetch: fetch as typeof globalThis.fetch,
    ...options,
  });
  return asked;
}

it("addresses an instance, and what lies below it", async () => {
  expect(await urlOf({})).toBe("https://example.com/agents/chat-room/default?");
  expect(await urlOf({ name: "" })).toBe("https://example.com/agents/chat-room/default?");
  expect(await urlOf({ name: "a", path: "x/y", query: { q: "1" } })).toBe(
    "https://example.com/agents/chat-room/a/x/y?q=1",
  );
  expect(await urlOf({ prefix: "api", name: "a" })).toBe("https://example.com/api/chat-room/a?");
  expect(await urlOf({ basePath: "user", path: "settings" })).toBe(
    "https://example.com/user/settings?",
  );
});

it("uses http near by, unless told otherwise", async () => {
  expect(await urlOf({ host: "localhost:8787" })).toMatch(/^http:\/\/localhost:8787\//);
  expect(await urlOf({ host: "10.0.0.7" })).toMatch(/^http:/);
  expect(await urlOf({ protocol: "http" })).toMatch(/^http:/);
});

it("asks for parameters where they are a function", async () => {
  expect(await urlOf({ query: async () => ({ token: "t", none: null }) })).toContain("?token=t");
});

it("is not a static method of the client", () => {
  expect(() => AgentClient.fetch({ host: "a", room: "b" })).toThrow(
    "AgentClient.fetch is not implemented, use agentFetch instead",
  );
});
