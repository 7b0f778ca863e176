import type { Binding, BindingContext, PackageClass, WorkflowConfig } from "@freehold/host";
import { WorkflowAdmin } from "./admin/admin.ts";
import type { Reach } from "./binding/reach.ts";
import { instanceKey } from "./binding/reach.ts";
import { createScheduled, Workflow } from "./binding/workflow.ts";
import { InstanceObject } from "./engine/instance-object.ts";
import { Pace } from "./engine/pace.ts";
import { EventHub } from "./event-hub.ts";
import { Introspection } from "./introspection/introspection.ts";
import { DEFAULT_STEP_LIMIT } from "./wire.ts";

/** One workflow of a running host: what its bindings, its tools and its tests share. */
class WorkflowHome {
  readonly config: WorkflowConfig;
  readonly hub = new EventHub();
  readonly packageClass: PackageClass<InstanceObject>;
  #context: BindingContext | undefined;
  #reach: Reach | undefined;
  readonly #introspection = new Introspection(() => this.reach);

  constructor(config: WorkflowConfig, pace: Pace) {
    this.config = config;
    this.packageClass = {
      kind: "workflow",
      name: config.name,
      create: (object) => {
        const { clock, log } = this.#opened;
        return new InstanceObject(object, {
          ...{ workflow: config, clock, log },
          pace,
          stepLimit: config.stepLimit ?? DEFAULT_STEP_LIMIT,
          mocks: (id) => this.#introspection.mocksOf(id),
          onChange: (id) => this.hub.notify(instanceKey(config.name, id)),
        });
      },
    };
  }

  open(context: BindingContext): Reach {
    const isFirst = this.#context === undefined;
    this.#context = context;
    this.#reach ??= {
      workflow: this.config.name,
      namespace: context.namespace(this.packageClass),
      random: context.random,
      hub: this.hub,
      introspection: this.#introspection,
    };
    if (isFirst) this.#schedule(context, this.#reach);
    return this.#reach;
  }

  get reach(): Reach {
    if (this.#reach === undefined) throw notStarted();
    return this.#reach;
  }

  get #opened(): BindingContext {
    if (this.#context === undefined) throw notStarted();
    return this.#context;
  }

  #schedule({ cron, log }: BindingContext, reach: Reach): void {
    const { schedules = [], name } = this.config;
    if (schedules.length === 0) return;
    cron(schedules, (schedule) => {
      createScheduled(reach, schedule).catch((error: unknown) => {
        log.error("A scheduled instance of a workflow could not be made.", {
          workflow: name,
          error,
        });
      });
    });
  }
}

function notStarted(): Error {
  return new Error("The workflow's host has not started.");
}

/**
 * What tests look into and change of a workflow; `undefined` when `binding` is none.
 *
 * @example
 * ```ts
 * const introspector = introspectionOf(env.ORDERS)?.instance("order-7");
 * await introspector?.modify((modifier) => modifier.disableSleeps());
 * ```
 */
export function introspectionOf(binding: unknown): Introspection | undefined {
  return Workflow.introspectionOf(binding);
}

/**
 * The bindings of a Worker's workflows: what `workflows` of its configuration says, for the host.
 *
 * @example
 * ```ts
 * const host = await createHost({ ...options, config, bindings: workflowBindings(config.workflows ?? []) });
 * ```
 */
export function workflowBindings(workflows: readonly WorkflowConfig[]): readonly Binding[] {
  return hostWorkflows(workflows).bindings;
}

/** The workflows of one host: their bindings, and what its tools do with them. */
export interface HostedWorkflows {
  readonly bindings: readonly Binding[];
  readonly admin: WorkflowAdmin;
}

/** As {@link workflowBindings}, for those who look into them as well. */
export function hostWorkflows(workflows: readonly WorkflowConfig[]): HostedWorkflows {
  const homes = new Map<string, WorkflowHome>();
  const pace = new Pace();
  const bindings = workflows.map((config): Binding => {
    const home = homes.get(config.name) ?? new WorkflowHome(config, pace);
    homes.set(config.name, home);
    return {
      name: config.binding,
      classes: [home.packageClass],
      workflowClass: config.className,
      create: (context: BindingContext) => new Workflow(home.open(context)),
    };
  });
  return { bindings, admin: new WorkflowAdmin(() => [...homes.values()]) };
}
