export { freehold } from "./plugin.ts";
export type { FreeholdViteOptions } from "./project.ts";
