import {
  Plugin,
} from "vite";
/** Options of {@link agents}. */
interface AgentsPluginOptions {
  /**
   * Whether a Worker gets a stand-in for `turndown`, which other packages import and which cannot be
   * loaded there. Default true; false where the Worker itself turns HTML into Markdown.
   */
  stubTurndown?: boolean;
}
/**
 * What an agents project needs from Vite: `@callable()` and every other standard decorator runs, and
 * a Worker loads without `turndown`. Beside `freehold()`, which does the first as well, it changes
 * nothing twice.
 *
 * @example
 * import agents from "@freehold/agents/vite";
 * import { defineConfig } from "vite";
 *
 * export default defineConfig({ plugins: [agents()] });
 */
declare function agents({ stubTurndown }?: AgentsPluginOptions): Plugin[];
export {
  agents as default,
  type AgentsPluginOptions,
};