import type {
  Binding,
  BindingContext,
  PackageClass,
  PackageNamespace,
  Remote,
  WorkflowConfig,
} from "@freehold/host";
import { WorkflowAdmin } from "./admin/admin.ts";
import { Admission } from "./admission/admission.ts";
import { QUEUE_NAME, QueueObject } from "./admission/queue-object.ts";
import type { Reach } from "./binding/reach.ts";
import { instanceKey } from "./binding/reach.ts";
import { Throttle } from "./binding/throttle.ts";
import { createScheduled, Workflow } from "./binding/workflow.ts";
import { InstanceObject } from "./engine/instance-object.ts";
import { Pace } from "./engine/pace.ts";
import { EventHub } from "./event-hub.ts";
import { Introspection } from "./introspection/introspection.ts";
import { DEFAULT_LIMITS, type WorkflowLimits } from "./limits.ts";
import { DEFAULT_STEP_LIMIT } from "./wire.ts";

/** One workflow of a running host: what its bindings, its tools and its tests share. */
class WorkflowHome {
  readonly config: WorkflowConfig;
  readonly hub = new EventHub();
  readonly packageClass: PackageClass<InstanceObject>;
  readonly #queueClass: PackageClass<QueueObject>;
  readonly #limits: WorkflowLimits;
  readonly #admission: Admission;
  #queue: PackageNamespace<QueueObject> | undefined;
  #queueKnown: Promise<void> | undefined;
  #isQueueKnown = false;
  #context: BindingContext | undefined;
  #reach: Reach | undefined;
  readonly #introspection: Introspection;

  constructor(config: WorkflowConfig, limits: WorkflowLimits, pace: Pace) {
    this.config = config;
    this.#limits = limits;
    const { concurrency: running = limits.running } = config;
    this.#admission = new Admission({ ...limits, running }, () => ({
      clock: this.#opened.clock,
      log: this.#opened.log,
      admit: (id) => this.reach.namespace.get(id).admit(),
      forget: (ids) => this.#kept.forget(ids),
    }));
    this.#introspection = new Introspection(
      () => this.reach,
      () => this.#admission.clear(),
    );
    this.#queueClass = {
      kind: "workflowqueue",
      name: config.name,
      create: (object) =>
        new QueueObject(object, {
          clock: this.#opened.clock,
          onLoad: (list) => this.#admission.load(list),
        }),
    };
    this.packageClass = {
      kind: "workflow",
      name: config.name,
      create: (object) => {
        const { clock, log } = this.#opened;
        return new InstanceObject(object, {
          ...{ workflow: config, clock, log },
          pace,
          admission: this.#admission,
          stateBytes: limits.stateBytes,
          queueKnown: () => (this.#isQueueKnown ? undefined : this.#loadQueue()),
          keep: (id, order) => this.#kept.keep(id, order),
          stepLimit: config.stepLimit ?? DEFAULT_STEP_LIMIT,
          mocks: (id) => this.#introspection.mocksOf(id),
          onChange: (id) => this.hub.notify(instanceKey(config.name, id)),
        });
      },
    };
  }

  /** The classes of its objects. */
  get classes(): readonly PackageClass[] {
    return [this.packageClass, this.#queueClass];
  }

  open(context: BindingContext): Reach {
    const isFirst = this.#context === undefined;
    this.#context = context;
    this.#queue ??= context.namespace(this.#queueClass);
    this.#reach ??= {
      workflow: this.config.name,
      namespace: context.namespace(this.packageClass),
      random: context.random,
      hub: this.hub,
      introspection: this.#introspection,
      limits: this.#limits,
      throttle: new Throttle(() => context.clock.now()),
      queueKnown: () => this.#loadQueue(),
    };
    if (isFirst) this.#schedule(context, this.#reach);
    return this.#reach;
  }

  get reach(): Reach {
    if (this.#reach === undefined) throw notStarted();
    return this.#reach;
  }

  get #kept(): Remote<QueueObject> {
    if (this.#queue === undefined) throw notStarted();
    return this.#queue.get(QUEUE_NAME);
  }

  /** Once in the life of a process: so none that is made now goes before those that wait. */
  #loadQueue(): Promise<void> {
    this.#queueKnown ??= this.#kept.load().then((list) => {
      this.#isQueueKnown = true;
      this.#admission.load(list);
    });
    return this.#queueKnown;
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
export function workflowBindings(
  workflows: readonly WorkflowConfig[],
  limits: Partial<WorkflowLimits> = {},
): readonly Binding[] {
  return hostWorkflows(workflows, limits).bindings;
}

/** The workflows of one host: their bindings, and what its tools do with them. */
export interface HostedWorkflows {
  readonly bindings: readonly Binding[];
  readonly admin: WorkflowAdmin;
}

/** As {@link workflowBindings}, for those who look into them as well. */
export function hostWorkflows(
  workflows: readonly WorkflowConfig[],
  limits: Partial<WorkflowLimits> = {},
): HostedWorkflows {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const homes = new Map<string, WorkflowHome>();
  const pace = new Pace();
  const bindings = workflows.map((config): Binding => {
    const home = homes.get(config.name) ?? new WorkflowHome(config, all, pace);
    homes.set(config.name, home);
    return {
      name: config.binding,
      classes: home.classes,
      workflowClass: config.className,
      create: (context: BindingContext) => new Workflow(home.open(context)),
    };
  });
  return { bindings, admin: new WorkflowAdmin(() => [...homes.values()]) };
}
