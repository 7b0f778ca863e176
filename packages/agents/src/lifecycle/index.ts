export type {
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  WSMessage,
} from "../connections/types.ts";
export type {
  LifecycleJob,
  LifecycleJobContext,
  LifecycleJobOutcome,
  LifecycleJobPushOptions,
  LifecycleJobs,
} from "../jobs/job.ts";
export {
  type CapabilityRequestContext,
  type CapabilityStartContext,
  type CapabilityWebSocketUpgradeContext,
  type DurableObjectCapability,
  LifecycleCapability,
  type LifecycleEvent,
  type LifecycleEvents,
  type LifecycleHostContextScope,
  type LifecycleRouteAddress,
  type LifecycleRouteContext,
  type LifecycleRoutes,
  type LifecycleServices,
  type LifecycleSockets,
  type LifecycleStatus,
  type MemoryLimitContext,
} from "./capability.ts";
export { type CurrentAgentContext, getCurrentAgent } from "./current.ts";
export type { LifecycleObject } from "./host.ts";
export { Lifecycle } from "./lifecycle.ts";
export type { LifecycleOptions } from "./parts.ts";
