import type { WranglerConfig } from "freehold/runtime";

/** What a Worker without a configuration of its own is given. */
export const BARE_CONFIG: WranglerConfig = {
  name: "worker",
  main: undefined,
  compatibilityDate: "2026-06-11",
  compatibilityFlags: [],
  durableObjects: [],
  durableClasses: [],
  vars: {},
  assets: undefined,
};
