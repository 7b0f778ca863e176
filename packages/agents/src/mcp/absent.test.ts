import { expect, test } from "vitest";
import { AbsentMcp } from "./absent.ts";

test("what an agent prepares for servers is taken, and what needs one says that there is none", async () => {
  const mcp = new AbsentMcp();
  const callback = { customHandler: () => new Response("closed") };
  mcp.configureOAuthCallback(callback);
  mcp.configureElicitationHandlers({});
  expect(mcp.getOAuthCallbackConfig()).toBe(callback);
  mcp.onServerStateChanged(() => undefined).dispose();
  expect(mcp.isCallbackRequest(new Request("http://x/?state=a.b&code=c"))).toBe(false);
  expect([mcp.listServers(), mcp.listTools(), mcp.getAITools()]).toEqual([[], [], {}]);
  for (const asking of [mcp.connect("http://x"), mcp.callTool({ serverId: "x", name: "y" })]) {
    await expect(asking).rejects.toMatchObject({ code: "mcp_unavailable" });
  }
});
