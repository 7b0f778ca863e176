import type { ChatAgent } from "./chat-agent.ts";
import type { Directory } from "./directory.ts";
import type { ModelSettings } from "./model.ts";

/** Bindings of `wrangler.jsonc`, and the settings of `.dev.vars`. */
export interface Env extends ModelSettings {
  ChatAgent: DurableObjectNamespace<ChatAgent>;
  Directory: DurableObjectNamespace<Directory>;
}
