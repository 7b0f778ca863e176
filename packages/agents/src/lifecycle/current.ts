import type { DurableObject } from "cloudflare:workers";
import { type CurrentAgentContext as Context, currentContext } from "../context.ts";
import type { LifecycleObject } from "./host.ts";

/** What {@link getCurrentAgent} returns; every field is undefined outside an object. */
export type CurrentAgentContext<
  Host extends DurableObject = LifecycleObject,
  Email = unknown,
> = Omit<Context<Host>, "email"> & { email: Email | undefined };

/**
 * The object whose code is running, and the connection or request it is working on. Never throws.
 *
 * @example
 * function whoAsks() {
 *   return getCurrentAgent().connection?.id ?? "nobody";
 * }
 */
export function getCurrentAgent<
  Host extends DurableObject = LifecycleObject,
>(): CurrentAgentContext<Host> {
  return currentContext<Host>();
}
