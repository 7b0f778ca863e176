import { contractErrors } from "./contract-errors.ts";
import { stubProxy } from "./stubs.ts";
import type { SubAgents } from "./sub-agents.ts";
import type { DynamicAgentClass } from "./types.ts";

/**
 * The agent that one lives in, for calls. A facet's parent that is a facet too is reached through
 * the outermost agent, and takes calls and plain requests.
 */
export async function parentStub(
  { facet, tree }: SubAgents,
  env: unknown,
  cls: DynamicAgentClass,
): Promise<object> {
  const parent = facet?.parentPath.at(-1);
  if (!facet || !parent) throw contractErrors.notAFacet(tree.path.at(-1)?.className ?? "");
  if (cls.name !== parent.className) throw contractErrors.otherParent(cls.name, parent.className);
  const [, ...further] = facet.parentPath;
  if (further.length === 0) {
    const namespace = tree.namespaceOf(cls.name) ?? bindingOf(env, cls.name);
    if (!namespace) throw contractErrors.parentNotBound(cls.name);
    return namespace.get(namespace.idFromString(facet.rootId));
  }
  const call = (method: string, args: unknown[]) =>
    tree.root()._cf_invokeSubAgentPath(further, method, args);
  return stubProxy(call, async (...args) => {
    const request = new Request(args[0] as Request, args[1] as RequestInit);
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
      throw contractErrors.parentUpgrade(cls.name);
    }
    return call("fetch", [request]);
  });
}

function bindingOf(env: unknown, name: string): DurableObjectNamespace | undefined {
  const binding = (env as Record<string, unknown> | null)?.[name];
  const isNamespace = typeof (binding as DurableObjectNamespace | undefined)?.idFromName;
  return isNamespace === "function" ? (binding as DurableObjectNamespace) : undefined;
}
