export type { WorkflowInstance } from "./binding/instance.ts";
export type { Workflow } from "./binding/workflow.ts";
export type { InstanceEvent } from "./journal/public-event.ts";
export { workflowBindings } from "./workflows.ts";
