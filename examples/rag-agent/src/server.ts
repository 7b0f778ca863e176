import { routeAgentRequest } from "@freehold/agents";
import type { Librarian } from "./librarian.ts";

export { Librarian } from "./librarian.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      AI: Ai;
      PASSAGES: Vectorize;
      Librarian: DurableObjectNamespace<Librarian>;
    }
  }
}

export default {
  async fetch(request, env) {
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
} satisfies ExportedHandler<Cloudflare.Env>;
