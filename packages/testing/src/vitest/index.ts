export type {
  FreeholdTestInput,
  FreeholdTestOptions,
  MiniflareTestOptions,
  TestDurableObject,
} from "./options.ts";
export { freeholdTest } from "./plugin.ts";
