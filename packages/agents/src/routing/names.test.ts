import { expect, test } from "vitest";
import { matchPath } from "./match.ts";
import { acronymKebabCase, camelCaseToKebabCase, similarNames } from "./names.ts";

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

test.each([
  ["AIAgent", "ai-agent"],
  ["MCPServerAgent", "mcp-server-agent"],
  ["MyAPI", "my-api"],
  ["ChatV2AI", "chat-v2-ai"],
  ["My_Agent", "my-agent"],
  ["MyAgent", "my-agent"],
  ["LOUD_AGENT", "loud-agent"],
  ["_Odd_", "odd"],
])("%s is %s where a run of capitals is one word", (name, kebab) => {
  expect(acronymKebabCase(name)).toBe(kebab);
});

test("names that are near are found, nearest first", () => {
  const known = ["chat-room", "chat-rooms", "counter"];
  expect(similarNames("chatroom", known)).toEqual(["chat-room", "chat-rooms"]);
  expect(similarNames("ChatRoom", known)[0]).toBe("chat-room");
  expect(similarNames("inbox", known)).toEqual([]);
});
