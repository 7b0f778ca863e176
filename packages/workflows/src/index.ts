export { type ListedInstance, WorkflowAdmin } from "./admin/admin.ts";
export { type StoppedInstances, stoppedWorkflows } from "./admin/stopped.ts";
export type { Timeline, TimelineStep } from "./admin/timeline.ts";
export type { WorkflowInstance } from "./binding/instance.ts";
export type { Workflow } from "./binding/workflow.ts";
export type { InstanceIntrospector } from "./introspection/instance-introspector.ts";
export type { Introspection, WorkflowIntrospector } from "./introspection/introspection.ts";
export type { Modifier, StepName } from "./introspection/mocks.ts";
export type { InstanceEvent } from "./journal/public-event.ts";
export type { WorkflowLimits } from "./limits.ts";
export {
  type HostedWorkflows,
  hostWorkflows,
  introspectionOf,
  workflowBindings,
} from "./workflows.ts";
