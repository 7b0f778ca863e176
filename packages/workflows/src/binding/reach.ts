import type { PackageNamespace, Random, Remote } from "@freehold/host";
import type { InstanceObject } from "../engine/instance-object.ts";
import type { EventHub } from "../event-hub.ts";
import type { Introspection } from "../introspection/introspection.ts";
import type { WorkflowLimits } from "../limits.ts";
import { bindingErrors } from "../wire.ts";
import type { Throttle } from "./throttle.ts";

/** How a binding reaches the instances of its workflow. */
export interface Reach {
  /** The workflow's name. */
  readonly workflow: string;
  readonly namespace: PackageNamespace<InstanceObject>;
  readonly random: Random;
  readonly hub: EventHub;
  readonly introspection: Introspection;
  readonly limits: WorkflowLimits;
  /** Of what is done with many instances at once. */
  readonly throttle: Throttle;
  /** Resolves when it is known which instances an earlier process has left waiting. */
  queueKnown(): Promise<void>;
}

/** An instance, to be called. */
export type RemoteInstance = Remote<InstanceObject>;

/** An instance's name over all workflows. */
export function instanceKey(workflow: string, id: string): string {
  return `${workflow}/${id}`;
}

/** @throws Error `instance.not_found` */
export function found<T>(answer: T | undefined): T {
  if (answer === undefined) throw bindingErrors.notFound();
  return answer;
}
