import { Chat } from "@ai-sdk/react";
import { Chat as Chat6 } from "ai-sdk-react-3";
import { expect, it, vi } from "vitest";
import { showsAllOnce } from "./testing/tab-suite.ts";

// The AI SDK 6; the other tests have 7.
vi.mock("@ai-sdk/react", () => import("ai-sdk-react-3"));

it("shows in every tab what was said, once, with the AI SDK 6", { timeout: 120_000 }, async () => {
  expect(Chat).toBe(Chat6);
  await showsAllOnce(12);
});
