import { getAgentByName, routeAgentRequest } from "@freehold/agents";
import { routeWebhook } from "./webhooks.ts";

export { API, ChatAgent, UserAgent } from "./http.ts";
export { ProjectManager } from "./long-running.ts";
export { ReminderAgent } from "./push.ts";
export { Room } from "./room.ts";
export { WebhookAgent } from "./webhooks.ts";

export default {
  async fetch(request: Request, env: Env) {
    const url = new URL(request.url);
    if (url.pathname === "/webhooks/github") return routeWebhook(request, env);
    // The server picks the instance; clients learn its name from the identity frame.
    if (url.pathname === "/my-room") {
      const session = url.searchParams.get("session") ?? "nobody";
      const agent = await getAgentByName(env.Room, `room-of-${session}`);
      return agent.fetch(request);
    }
    return (
      (await routeAgentRequest(request, env, {
        onBeforeConnect: (req) =>
          new URL(req.url).searchParams.get("token") === "forged"
            ? new Response("Unauthorized", { status: 401 })
            : undefined,
      })) ?? new Response("Not found", { status: 404 })
    );
  },
} satisfies ExportedHandler<Env>;
