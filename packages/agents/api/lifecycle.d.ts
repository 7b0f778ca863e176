import {
  CapabilityRequestContext,
  CapabilityStartContext,
  CapabilityWebSocketUpgradeContext,
  Connection,
  ConnectionContext,
  ConnectionSetStateFn,
  ConnectionState,
  CurrentAgentContext as CurrentAgentContext$1,
  DurableObjectCapability,
  Lifecycle,
  LifecycleCapability,
  LifecycleEvent,
  LifecycleEvents,
  LifecycleHostContextScope,
  LifecycleJob,
  LifecycleJobContext,
  LifecycleJobOutcome,
  LifecycleJobPushOptions,
  LifecycleJobs,
  LifecycleObject,
  LifecycleOptions,
  LifecycleRouteAddress,
  LifecycleRouteContext,
  LifecycleRoutes,
  LifecycleServices,
  LifecycleSockets,
  LifecycleStatus,
  MemoryLimitContext,
  WSMessage,
} from "./shared.js";
import {
  DurableObject,
} from "cloudflare:workers";
/** What {@link getCurrentAgent} returns; every field is undefined outside an object. */
type CurrentAgentContext<Host extends DurableObject = LifecycleObject, Email = unknown> = Omit<CurrentAgentContext$1<Host>, "email"> & {
  email: Email | undefined;
};
/**
 * The object whose code is running, and the connection or request it is working on. Never throws.
 *
 * @example
 * function whoAsks() {
 *   return getCurrentAgent().connection?.id ?? "nobody";
 * }
 */
declare function getCurrentAgent<Host extends DurableObject = LifecycleObject>(): CurrentAgentContext<Host>;
export {
  type CapabilityRequestContext,
  type CapabilityStartContext,
  type CapabilityWebSocketUpgradeContext,
  type Connection,
  type ConnectionContext,
  type ConnectionSetStateFn,
  type ConnectionState,
  type CurrentAgentContext,
  type DurableObjectCapability,
  getCurrentAgent,
  Lifecycle,
  LifecycleCapability,
  type LifecycleEvent,
  type LifecycleEvents,
  type LifecycleHostContextScope,
  type LifecycleJob,
  type LifecycleJobContext,
  type LifecycleJobOutcome,
  type LifecycleJobPushOptions,
  type LifecycleJobs,
  type LifecycleObject,
  type LifecycleOptions,
  type LifecycleRouteAddress,
  type LifecycleRouteContext,
  type LifecycleRoutes,
  type LifecycleServices,
  type LifecycleSockets,
  type LifecycleStatus,
  type MemoryLimitContext,
  type WSMessage,
};