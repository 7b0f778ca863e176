import type { AgentPathStep } from "../sub-agents/path.ts";
import { below } from "../sub-agents/path.ts";
import type { SubAgents } from "../sub-agents/sub-agents.ts";
import { contractErrors } from "./contract-errors.ts";

/** An agent, as it is called from further outside. */
interface CalledAgent {
  _cf_invokeAgentPath(
    path: readonly AgentPathStep[],
    method: string,
    args: unknown[],
  ): Promise<unknown>;
}

/**
 * Calls a method of the agent at the end of a path, which begins at the outermost one and leads through
 * this one. No agent is made for it.
 *
 * @throws Error when the path leads elsewhere, an agent on it is gone, or there is no such method
 */
export async function invokeOrigin(
  agent: object,
  { registry, tree }: SubAgents,
  path: readonly AgentPathStep[],
  method: string,
  args: unknown[],
): Promise<unknown> {
  const further = below(path, tree.path);
  if (!further) throw contractErrors.notDescending(JSON.stringify(tree.path));
  const [next] = further;
  if (!next) return callMethod(agent, method, args);
  const child = registry.find(next.className, next.name);
  if (!child) throw contractErrors.originGone(next.className, next.name);
  const stub = tree.stub(child);
  await stub.__unsafe_ensureInitialized();
  return (stub as unknown as CalledAgent)._cf_invokeAgentPath(path, method, args);
}

function callMethod(agent: object, method: string, args: readonly unknown[]): unknown {
  const found: unknown = method in Object.prototype ? undefined : Reflect.get(agent, method);
  if (typeof found !== "function") {
    throw contractErrors.notCallable(method, agent.constructor.name);
  }
  return Reflect.apply(found, agent, args) as unknown;
}
