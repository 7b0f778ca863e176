import { routeAgentRequest } from "@freehold/agents";

export { ApprovalChat } from "./agents/approval.ts";
export { LongChat } from "./agents/long.ts";
export { PlainChat } from "./agents/plain.ts";
export { SessionChat, Sessions } from "./agents/sessions.ts";
export { ToolChat } from "./agents/tools.ts";

export default {
  async fetch(request, env) {
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler<Cloudflare.Env>;
