import type { ChatAgent } from "../server.ts";

/** Bindings of `wrangler.jsonc` and secrets of `.dev.vars`. */
export interface Env {
  ChatAgent: DurableObjectNamespace<ChatAgent>;
  OPENAI_API_KEY?: string;
  OPENAI_BASE_URL?: string;
  OPENAI_MODEL?: string;
}
