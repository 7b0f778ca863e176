import { getAgentByName } from "../routing/by-name.ts";
import { type AgentPath, isPath } from "../sub-agents/path.ts";
import { stubProxy } from "../sub-agents/stubs.ts";
import { contractErrors } from "./contract-errors.ts";
import type { AgentWorkflowInternalParams, AgentWorkflowOrigin } from "./types.ts";

/** The agent that started a workflow, as the workflow reaches it. */
export interface AgentReach {
  /** What the workflow's own code calls. */
  readonly stub: object;
  /** Calls one of the SDK's own methods; the agent starts if it has to. */
  call(method: string, args: unknown[]): Promise<unknown>;
  /** Lets go of the stub. */
  dispose(): void;
}

/** The parameters of an instance, taken apart. */
export interface SplitParams {
  readonly own: unknown;
  readonly workflowName: string;
  readonly origin: AgentWorkflowOrigin;
}

/** Takes what `runWorkflow` added out of the parameters. @throws Error when it is not there. */
export function splitParams(payload: unknown): SplitParams {
  const { __agentName, __agentBinding, __workflowName, __agentOrigin, ...own } = Object(
    payload,
  ) as Partial<AgentWorkflowInternalParams>;
  if (!__agentName || !__agentBinding || !__workflowName) throw contractErrors.noAgentParams();
  const origin: AgentWorkflowOrigin = __agentOrigin ?? {
    ...{ kind: "agent", version: 1, binding: __agentBinding, name: __agentName },
  };
  assertOrigin(origin);
  return { own, workflowName: __workflowName, origin };
}

function assertOrigin(origin: AgentWorkflowOrigin): void {
  const { kind, version } = Object(origin) as Partial<AgentWorkflowOrigin>;
  if (kind !== "agent" && kind !== "facet") throw contractErrors.noOrigin();
  if (version !== 1) throw contractErrors.originVersion(version);
  if (origin.kind === "agent") {
    if (!isText(origin.binding) || !isText(origin.name)) throw contractErrors.noOrigin();
    return;
  }
  if (!isText(origin.rootBinding)) throw contractErrors.noOrigin();
  if (Array.isArray(origin.path) && origin.path.length === 0) throw contractErrors.emptyPath();
  if (!isPath(origin.path)) throw contractErrors.noOrigin();
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Finds the agent, and starts it. @throws Error when there is no such binding; what its start throws. */
export async function reachAgent(env: unknown, origin: AgentWorkflowOrigin): Promise<AgentReach> {
  if (origin.kind === "agent") {
    const namespace = namespaceOf(env, origin.binding);
    const stub = await getAgentByName(namespace as never, origin.name);
    // A stub that has failed may stay broken, so each call gets a new one.
    const call = async (method: string, args: unknown[]) =>
      callStub(namespace.get(namespace.idFromName(origin.name)), method, args);
    return { stub, call, dispose: () => disposeOf(stub) };
  }
  return reachFacet(namespaceOf(env, origin.rootBinding), origin.path);
}

async function reachFacet(namespace: DurableObjectNamespace, path: AgentPath): Promise<AgentReach> {
  const rootName = path[0]?.name ?? "";
  const call = async (method: string, args: unknown[]) => {
    const root = await getAgentByName(namespace as never, rootName);
    try {
      return await callStub(root, "_cf_invokeAgentPath", [path, method, args]);
    } finally {
      disposeOf(root);
    }
  };
  const stub = stubProxy(call, () => {
    throw contractErrors.facetFetch();
  });
  return { stub, call, dispose: () => undefined };
}

function namespaceOf(env: unknown, name: string): DurableObjectNamespace {
  const binding: unknown =
    typeof env === "object" && env !== null && Object.hasOwn(env, name)
      ? Reflect.get(env, name)
      : undefined;
  if (typeof (binding as Partial<DurableObjectNamespace> | undefined)?.idFromName === "function") {
    return binding as DurableObjectNamespace;
  }
  throw contractErrors.agentBindingMissing(name);
}

type Callable = (...args: unknown[]) => Promise<unknown>;

function callStub(stub: object, method: string, args: readonly unknown[]): Promise<unknown> {
  return (stub as Readonly<Record<string, Callable>>)[method]?.(...args) ?? Promise.resolve();
}

function disposeOf(value: object): void {
  (value as Partial<Disposable>)[Symbol.dispose]?.();
}
