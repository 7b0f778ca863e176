export { cloudflareModules } from "./cloudflare-modules.ts";
export { decorators } from "./decorators.ts";
export { freeholdTransform } from "./plugins.ts";
