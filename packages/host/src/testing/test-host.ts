import { setImmediate } from "node:timers/promises";
import { prepareHost } from "../create-host.ts";
import type { Host, HostOptions } from "../host.ts";
import type { DurableObjectId } from "../objects/id.ts";
import { DurableObjectNamespace } from "../objects/namespace.ts";
import { type HostParts, RunningHost } from "../running-host.ts";
import type { TestClock } from "../test-clock.ts";
import type { WorkerEventName } from "../worker/dispatch.ts";
import { type Eviction, evict, objectBehind, type TestObject } from "./test-object.ts";

export interface TestHostOptions extends Omit<HostOptions, "clock"> {
  readonly clock: TestClock;
  /** Hears of errors that belong to no object and no event of the Worker, such as those of tests. */
  readonly onStrayError?: (error: unknown) => void;
}

/** A host whose inside a test may handle. */
export interface TestHost extends Pick<Host, "fetch" | "email" | "listen" | "close"> {
  readonly clock: TestClock;
  readonly env: Readonly<Record<string, unknown>>;
  /** `exports` of `cloudflare:workers`: what is put in it, the Worker sees as well. */
  readonly exports: Record<string, unknown>;
  /** The object behind a stub; `undefined` when it is no stub of this host. */
  objectOf(stub: unknown): TestObject | undefined;
  /** The ids of a namespace's objects that have storage; `undefined` when it is no namespace. */
  listIds(namespace: unknown): readonly DurableObjectId[] | undefined;
  /** Evicts all objects that are in memory, except those of some classes. */
  evictAll(options: EvictAllOptions): Promise<readonly Eviction[]>;
  /** Resets all objects, and disconnects their sockets. What they have stored stays. */
  abortAll(reason: Error): Promise<void>;
  /** Resets all objects and deletes what they have stored. */
  reset(reason: Error): Promise<void>;
  /** Loads the Worker anew, as {@link Host.reload} does. Objects that run are reset. */
  reload(): Promise<void>;
  /** Runs an event of the Worker's default export. */
  dispatch(event: WorkerEventName, argument: object): Promise<void>;
}

export interface EvictAllOptions {
  readonly disconnect?: boolean;
  readonly patienceMs: number;
  readonly except: ReadonlySet<string>;
}

/** Turns of the event loop in which what was reset comes to its end. */
const TURNS_AFTER_RESET = 8;

/**
 * Starts a host for tests: its clock belongs to the test, and it closes without waiting for anything.
 *
 * @throws FreeholdError as `createHost` does
 * @example
 * ```ts
 * const clock = new TestClock();
 * const host = await createTestHost({ worker, config, dataDirectory, clock, durability: "memory" });
 * await clock.advance(60_000);
 * await host.close();
 * ```
 */
export async function createTestHost(options: TestHostOptions): Promise<TestHost> {
  const { onStrayError } = options;
  const host = await RunningHost.start({
    // Tests run `scheduled` when they want it, unless they ask for more.
    crons: false,
    ...prepareHost(options),
    drainMs: 0,
    ...(onStrayError && { onStrayError }),
  });
  return new HandledHost(host, options.clock);
}

class HandledHost implements TestHost {
  readonly clock: TestClock;
  readonly #host: RunningHost;
  #closed: Promise<void> | undefined;

  constructor(host: RunningHost, clock: TestClock) {
    this.#host = host;
    this.clock = clock;
  }

  get env(): Readonly<Record<string, unknown>> {
    return this.#parts.version.env;
  }

  get exports(): Record<string, unknown> {
    return this.#parts.version.exports;
  }

  fetch(request: Request): Promise<Response> {
    return this.#host.fetch(request);
  }

  email(email: Parameters<Host["email"]>[0]): ReturnType<Host["email"]> {
    return this.#host.email(email);
  }

  listen(options?: Parameters<Host["listen"]>[0]): ReturnType<Host["listen"]> {
    return this.#host.listen(options);
  }

  objectOf(stub: unknown): TestObject | undefined {
    return objectBehind(this.#parts.directory, stub);
  }

  listIds(namespace: unknown): readonly DurableObjectId[] | undefined {
    if (!isNamespace(namespace)) return undefined;
    const object = this.objectOf(namespace.get(namespace.newUniqueId()));
    const ids = object && this.#parts.storage.stores.list(object.namespace);
    return ids?.map((id) => namespace.idFromString(id));
  }

  evictAll({ except, ...options }: EvictAllOptions): Promise<readonly Eviction[]> {
    const entries = this.#parts.directory.entries.filter(({ className }) => !except.has(className));
    return Promise.all(entries.map((entry) => evict(entry, options)));
  }

  async abortAll(reason: Error): Promise<void> {
    const { entries } = this.#parts.directory;
    for (const { activation, sockets } of entries) {
      if (activation === undefined) sockets?.terminateAll();
      else activation.break(reason);
    }
    await Promise.all(entries.map(({ ending }) => ending));
  }

  async reset(reason: Error): Promise<void> {
    await this.abortAll(reason);
    // Deliveries of alarms that were broken off must not write to what is deleted now.
    for (let turn = 0; turn < TURNS_AFTER_RESET; turn += 1) await setImmediate();
    await this.abortAll(reason);
    await this.#parts.storage.erase();
  }

  reload(): Promise<void> {
    return this.#host.reload();
  }

  async dispatch(event: WorkerEventName, argument: object): Promise<void> {
    const { main, dispatcher } = this.#parts.version;
    if (main === undefined) throw new Error(`The Worker has no ${event} handler.`);
    await dispatcher.dispatch(main, event, argument);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.abortAll(new Error("The host is closing."));
    await this.#host.close();
  }

  get #parts(): HostParts {
    return this.#host.parts;
  }
}

/** What `ctx.exports` offers is a proxy that tells of its prototype. */
function isNamespace(value: unknown): value is DurableObjectNamespace {
  return value instanceof DurableObjectNamespace;
}
