import { expect, test } from "vitest";

test.each([
  ["ai-chat-agent", () => import("./ai-chat-agent.ts"), "@freehold/agents/chat"],
  ["ai-chat-v5-migration", () => import("./ai-chat-v5-migration.ts"), "@freehold/agents/chat"],
  ["ai-react", () => import("./ai-react.ts"), "@freehold/agents/chat/react"],
  ["ai-types", () => import("./ai-types.ts"), "@freehold/agents/chat"],
  ["codemode/ai", () => import("./codemode-ai.ts"), "@cloudflare/codemode/ai"],
])("%s says where its content is now", async (entry, load, to) => {
  await expect(load()).rejects.toMatchObject({
    code: "entry_moved",
    message: `There is no @freehold/agents/${entry} any more. Use ${to} instead.`,
  });
});
