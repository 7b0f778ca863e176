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

  /** Needs the workflow engine: throws `TEST_HELPER_UNSUPPORTED`. */
  export function introspectWorkflowInstance(workflow: Workflow, instanceId: string): Promise<never>;
  /** Needs the workflow engine: throws `TEST_HELPER_UNSUPPORTED`. */
  export function introspectWorkflow(workflow: Workflow): Promise<never>;
}
