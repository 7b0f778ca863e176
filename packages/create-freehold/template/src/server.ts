import { routeAgentRequest } from "@freehold/agents";
import type { Env } from "./agent/env.ts";
import { isId } from "./protocol.ts";

export { ChatAgent } from "./agent/chat-agent.ts";
export { Directory } from "./agent/directory.ts";

export default {
  /** The page's files are served before this is asked; here come the agents. */
  async fetch(request, env) {
    // `/agents/<class>/<name>`. To let only some people in, check here who is asking.
    const name = new URL(request.url).pathname.split("/")[3];
    if (!isId(name)) return new Response("Not found", { status: 404 });
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
