import { directoryOf } from "../routing/bindings.ts";
import { camelCaseToKebabCase } from "../routing/names.ts";
import type { AgentPath } from "../sub-agents/path.ts";
import { contractErrors } from "./contract-errors.ts";
import type { AgentWorkflowInternalParams, AgentWorkflowOrigin } from "./types.ts";

/** Who an agent is, as its workflows are to find it. */
export interface AgentIdentity {
  /** Outermost first, itself included. */
  readonly path: AgentPath;
  /** Id of the outermost agent. */
  readonly rootId: string;
}

/** A workflow of the environment. @throws Error when there is none of this name. */
export function workflowOf(env: unknown, name: string): Workflow {
  const binding = isRecord(env) && Object.hasOwn(env, name) ? env[name] : undefined;
  if (isWorkflow(binding)) return binding;
  throw contractErrors.bindingMissing(name);
}

/** Names of the environment's workflows. */
export function workflowNames(env: unknown): readonly string[] {
  if (!isRecord(env)) return [];
  return Object.keys(env).filter((name) => isWorkflow(env[name]));
}

function isWorkflow(value: unknown): value is Workflow {
  const { create, get } = Object(value) as Partial<Workflow>;
  return typeof create === "function" && typeof get === "function";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/**
 * What a workflow needs to find the agent that starts it. The binding is the one that has objects of
 * the outermost agent's kind; where several have, or none says so, the one with the class's name.
 *
 * @param given the binding, where the agent names it
 * @throws Error when no binding is found
 */
export function internalParams(
  env: unknown,
  workflowName: string,
  { path, rootId }: AgentIdentity,
  given: string | undefined,
): Required<AgentWorkflowInternalParams> {
  const [root] = path;
  const self = path.at(-1);
  const binding = given ?? bindingOf(env, root?.className ?? "", rootId);
  if (!self || binding === undefined) throw contractErrors.agentBindingUnknown();
  const origin: AgentWorkflowOrigin =
    path.length === 1
      ? { kind: "agent", version: 1, binding, name: self.name }
      : {
          kind: "facet",
          version: 1,
          rootBinding: binding,
          path: path.map((step) => ({ ...step })),
        };
  return {
    __agentName: self.name,
    __agentBinding: binding,
    __workflowName: workflowName,
    __agentOrigin: origin,
  };
}

function bindingOf(env: unknown, className: string, rootId: string): string | undefined {
  const { bindings } = directoryOf(env);
  const kebab = camelCaseToKebabCase(className);
  const isNamed = (key: string) => key === className || camelCaseToKebabCase(key) === kebab;
  const holding = bindings.filter(({ namespace }) => holds(namespace, rootId));
  const found = holding.find(({ key }) => isNamed(key)) ?? holding[0];
  return (found ?? bindings.find(({ key }) => isNamed(key)))?.key;
}

/** Whether an id is one of a namespace: others it refuses. */
function holds(namespace: DurableObjectNamespace, id: string): boolean {
  try {
    namespace.idFromString(id);
    return true;
  } catch {
    return false;
  }
}
