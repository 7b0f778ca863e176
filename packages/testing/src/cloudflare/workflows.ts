import { introspectionOf } from "freehold/runtime";
import { testErrors } from "../contract-errors.ts";

type Introspection = NonNullable<ReturnType<typeof introspectionOf>>;

/** Looks into one instance of a workflow, whether it is there already or not, and changes it. */
export async function introspectWorkflowInstance(
  workflow: unknown,
  instanceId: unknown,
): Promise<ReturnType<Introspection["instance"]>> {
  const introspection = introspectionOfBinding("introspectWorkflowInstance", workflow);
  if (typeof instanceId !== "string") {
    throw testErrors.wrongArgument("introspectWorkflowInstance", 2, "string");
  }
  return introspection.instance(instanceId);
}

/** Looks into all instances of a workflow that are made from now on. */
export async function introspectWorkflow(
  workflow: unknown,
): Promise<ReturnType<Introspection["all"]>> {
  return introspectionOfBinding("introspectWorkflow", workflow).all();
}

function introspectionOfBinding(helper: string, workflow: unknown): Introspection {
  const introspection = introspectionOf(workflow);
  if (introspection === undefined) throw testErrors.wrongArgument(helper, 1, "Workflow");
  return introspection;
}
