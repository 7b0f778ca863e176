// Types of `cloudflare:test` as this kit provides it. Name "@freehold/testing/types" in
// `compilerOptions.types`, beside "@cloudflare/workers-types" or the output of `wrangler types`.

declare module "cloudflare:test" {
  /** Extend it, or `Cloudflare.Env`, with the bindings of your Worker. */
  interface ProvidedEnv extends Cloudflare.Env {}

  /** The `env` of the Worker under test. */
  export const env: ProvidedEnv;

  /** The Worker's default export. */
  export const SELF: Fetcher & {
    scheduled(options?: FetcherScheduledOptions): Promise<FetcherScheduledResult>;
    queue(queueName: string, messages: ServiceBindingQueueMessage[]): Promise<FetcherQueueResult>;
  };

  /** Runs a callback inside an object, with the instance itself and its state. */
  export function runInDurableObject<O extends Rpc.DurableObjectBranded | undefined, R>(
    stub: DurableObjectStub<O>,
    callback: (
      instance: O extends undefined ? DurableObject : NonNullable<O>,
      state: DurableObjectState,
    ) => R | Promise<R>,
  ): Promise<R>;
  /** Runs the object's alarm now, without its info, when it has one. Tells whether it had. */
  export function runDurableObjectAlarm(stub: DurableObjectStub): Promise<boolean>;

  interface EvictDurableObjectOptions {
    /** Hibernatable sockets stay open (default), or are disconnected. */
    webSockets?: "hibernate" | "close";
  }
  /** Takes an object out of memory once nothing of it runs; its storage stays. */
  export function evictDurableObject(
    stub: DurableObjectStub,
    options?: EvictDurableObjectOptions,
  ): Promise<void>;
  /** Takes every object that is in memory out of it. */
  export function evictAllDurableObjects(options?: EvictDurableObjectOptions): Promise<void>;
  /** Resets every object at once; its storage stays. */
  export function abortAllDurableObjects(): Promise<void>;
  /** Resets every object and deletes all that is stored. */
  export function reset(): Promise<void>;
  /** The ids of the objects of a namespace that have storage. */
  export function listDurableObjectIds(
    namespace: DurableObjectNamespace<any>,
  ): Promise<DurableObjectId[]>;

  /** The `ctx` for a handler that a test calls itself. */
  export function createExecutionContext<Props = unknown>(): ExecutionContext<Props>;
  /** Waits for what was given to `ctx.waitUntil()`, and throws what it was rejected with. */
  export function waitOnExecutionContext(ctx: ExecutionContext<any>): Promise<void>;
  export function createScheduledController(options?: FetcherScheduledOptions): ScheduledController;
  export function createMessageBatch<Body = unknown>(
    queueName: string,
    messages: ServiceBindingQueueMessage<Body>[],
  ): MessageBatch<Body>;
  /** What a consumer said of a batch, once its `waitUntil` promises have settled. */
  export function getQueueResult(
    batch: QueueController | MessageBatch<any>,
    ctx: ExecutionContext<any>,
  ): Promise<FetcherQueueResult>;

  interface WorkflowStepSelector {
    name: string;
    /** Which of the steps of that name, from 1. Default 1. */
    index?: number;
  }
  /** What a test changes of an instance. */
  interface WorkflowInstanceModifier {
    /** Sleeps are over at once: those of the list, or all. */
    disableSleeps(steps?: WorkflowStepSelector[]): Promise<void>;
    /** Attempts follow each other at once: those of the list's steps, or all. */
    disableRetryDelays(steps?: WorkflowStepSelector[]): Promise<void>;
    /** The step returns a value, and its code does not run. */
    mockStepResult(step: WorkflowStepSelector, stepResult: unknown): Promise<void>;
    /** The step's attempts fail: so many, or all. */
    mockStepError(step: WorkflowStepSelector, error: Error, times?: number): Promise<void>;
    /** The step's attempts take too long: so many, or all. */
    forceStepTimeout(step: WorkflowStepSelector, times?: number): Promise<void>;
    /** An event is there before the program waits for it. */
    mockEvent(event: { type: string; payload: unknown }): Promise<void>;
    /** The wait is too long at once. */
    forceEventTimeout(step: WorkflowStepSelector): Promise<void>;
  }
  interface WorkflowInstanceIntrospector extends AsyncDisposable {
    /** Changes what the instance does. To be called before the instance is made. */
    modify(fn: (m: WorkflowInstanceModifier) => Promise<void> | void): Promise<void>;
    /** What a step returned, once it has. Throws what it failed with. */
    waitForStepResult(step: WorkflowStepSelector): Promise<unknown>;
    /** Resolves when the instance has a status; rejects when it has ended with another one. */
    waitForStatus(status: InstanceStatus["status"]): Promise<void>;
    getOutput(): Promise<unknown>;
    getError(): Promise<{ name: string; message: string }>;
    /** Takes back all changes, and deletes the instance. */
    dispose(): Promise<void>;
  }
  interface WorkflowIntrospector extends AsyncDisposable {
    /** Changes every instance that is made from now on. */
    modifyAll(fn: (m: WorkflowInstanceModifier) => Promise<void> | void): Promise<void>;
    /** The instances that were made, the oldest first. */
    get(): WorkflowInstanceIntrospector[];
    dispose(): Promise<void>;
  }
  /** Looks into one instance of a workflow, whether it is there already or not, and changes it. */
  export function introspectWorkflowInstance(
    workflow: Workflow,
    instanceId: string,
  ): Promise<WorkflowInstanceIntrospector>;
  /** Looks into all instances of a workflow that are made from now on. */
  export function introspectWorkflow(workflow: Workflow): Promise<WorkflowIntrospector>;
}
