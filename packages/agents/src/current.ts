import type { Agent } from "./agent.ts";
import { type CurrentAgentContext, currentContext } from "./context.ts";

/**
 * The agent whose code is running, and the connection, request or e-mail it is working on. Never
 * throws; outside an agent every field is undefined.
 *
 * @example
 * function whoAsks() {
 *   const { connection } = getCurrentAgent<Counter>();
 *   return connection?.id ?? "nobody";
 * }
 */
export function getCurrentAgent<T = Agent>(): CurrentAgentContext<T> {
  return currentContext<T>();
}
