export { type AgentsPluginOptions, agents as default } from "./plugin.ts";
