import type { Clock } from "../clock.ts";
import { rpcErrors } from "../contract-errors.ts";
import { DurableObjectFacets } from "../facets/durable-object-facets.ts";
import type { Facets } from "../facets/facets.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../limits.ts";
import type { ObjectSockets, SocketOwner, SocketRegistry } from "../sockets/object-sockets.ts";
import type { ObjectStore, ObjectStores } from "../storage/object-store.ts";
import type { WorkerVersion } from "../worker/version.ts";
import { Activation, type ActivationHost } from "./activation.ts";
import { deliverAlarm, giveUpAlarm } from "./alarm-delivery.ts";
import type { ObjectAddress, ObjectDirectory } from "./directory.ts";
import { createEntry, type Entry, labelOf } from "./entry.ts";
import { createFacetTree } from "./entry-facets.ts";
import { hasHandler, runSocketEvent } from "./events.ts";
import { DirectoryHandle } from "./handle.ts";
import { DurableObjectId } from "./id.ts";
import { DEFAULT_IDLE_TIMES, IdleSweeper, type IdleTimes } from "./idle.ts";
import { keyText, type ObjectKey } from "./key.ts";
import { ActivationSleeper } from "./sleeper.ts";
import { DurableObjectState } from "./state.ts";

/** An error of user code that nobody but the log gets to see. */
export interface UncaughtReport {
  readonly error: unknown;
  /** The object: class and name, or id. */
  readonly object: string;
  /** Where it came from: `uncaught`, `waitUntil`, `webSocketMessage`, `alarm` and the like. */
  readonly where: string;
}

export interface ObjectDirectoryOptions {
  readonly stores: ObjectStores;
  readonly sockets: SocketRegistry;
  readonly clock: Clock;
  readonly version: WorkerVersion;
  /** The class of a namespace, for objects that are known by their key alone. */
  classOf(namespace: string): string;
  report(report: UncaughtReport): void;
  readonly idle?: Partial<IdleTimes>;
  /** Default Cloudflare's. */
  readonly limits?: HostLimits;
}

/** Makes the directory of all objects of a host. */
export function createObjectDirectory(options: ObjectDirectoryOptions): Directory {
  return new Directory(options);
}

/** See {@link ObjectDirectory}. */
export class Directory implements ObjectDirectory {
  readonly #options: ObjectDirectoryOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #sweeper: IdleSweeper;
  readonly #sleepers = new WeakMap<Activation, ActivationSleeper>();
  readonly #states = new WeakMap<Activation, DurableObjectState>();
  #version: WorkerVersion;
  #isClosed = false;

  constructor(options: ObjectDirectoryOptions) {
    this.#options = options;
    this.#version = options.version;
    this.#sweeper = new IdleSweeper(options.clock, { ...DEFAULT_IDLE_TIMES, ...options.idle });
  }

  get limits(): HostLimits {
    return this.#options.limits ?? DEFAULT_LIMITS;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Every object that is in memory, or asleep with sockets. */
  get entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** `ctx` of a live activation. */
  stateOf(activation: Activation): DurableObjectState | undefined {
    return this.#states.get(activation);
  }

  handle(address: ObjectAddress): DirectoryHandle {
    return new DirectoryHandle(this, address);
  }

  /** The entry of an object, which the caller may keep until `isGone`. */
  entry(key: ObjectKey, className: string, name: string | undefined): Entry {
    const text = keyText(key);
    let entry = this.#entries.get(text);
    if (entry === undefined) {
      entry = createEntry(key, className, name);
      this.#entries.set(text, entry);
    } else entry.name ??= name;
    return entry;
  }

  /** The live activation of an object, made when there is none. */
  activate(entry: Entry): Activation {
    const { activation } = entry;
    if (activation !== undefined) return activation;
    if (this.#isClosed) throw rpcErrors.connectionLost();
    return this.#wake(entry);
  }

  deliver(
    key: ObjectKey,
    attempt: { readonly retryCount: number },
  ): ReturnType<ObjectDirectory["deliver"]> {
    return deliverAlarm(this, this.#known(key), attempt.retryCount);
  }

  giveUp(key: ObjectKey, time: number): Promise<void> {
    return giveUpAlarm(this, this.#known(key), time);
  }

  report(error: unknown, entry: Entry, where: string): void {
    this.#options.report({ error, object: labelOf(entry), where });
  }

  async replace(version: WorkerVersion, drainMs: number): Promise<void> {
    this.#version = version;
    await Promise.all([...this.#entries.values()].map((entry) => this.#drain(entry, drainMs)));
  }

  async close(drainMs: number): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#entries.values()].map((entry) => this.#drain(entry, drainMs)));
    this.#sweeper.close();
  }

  /** Ends the activation of an idle object now; storage and sockets stay. False when it is busy. */
  async evict(key: ObjectKey): Promise<boolean> {
    const activation = this.#entries.get(keyText(key))?.activation;
    if (activation === undefined) return true;
    if (activation.isBusy) return false;
    this.#sleepers.get(activation)?.sleep();
    await activation.ended;
    return true;
  }

  #known(key: ObjectKey): Entry {
    return this.entry(key, this.#options.classOf(key.namespace), undefined);
  }

  async #drain(entry: Entry, drainMs: number): Promise<void> {
    const { activation } = entry;
    if (activation === undefined) {
      await entry.facets?.facets.end("codeUpdated", undefined);
      return entry.ending;
    }
    this.#detach(entry, activation);
    if (!this.#isClosed) activation.moveEventsTo(() => this.#wake(entry));
    await activation.drain(drainMs);
  }

  #wake(entry: Entry): Activation {
    const version = this.#version;
    entry.name ??= this.#options.stores.nameOf(entry.key);
    const host = this.#hostOf(entry, version);
    const activation = new Activation(host);
    entry.activation = activation;
    activation.start(entry.ending);
    return activation;
  }

  #hostOf(entry: Entry, version: WorkerVersion): ActivationHost {
    const { stores, clock } = this.#options;
    return {
      clock,
      limits: this.limits,
      label: labelOf(entry),
      env: version.env,
      exports: version.exports,
      children: () => entry.facets?.facets,
      openStore: (storeHost) => stores.open(entry.key, entry.name, storeHost),
      deleteChildren: (activation) => this.#facetsOf(entry, activation, version).deleteAll(),
      construct: (activation, store) => this.#construct(entry, version, activation, store),
      hasAlarmHandler: (instance) => hasHandler(instance, "alarm"),
      onIdle: (activation) => {
        const sleeper = this.#sleeperOf(entry, activation);
        if (!sleeper.leaves()) this.#sweeper.idle(sleeper);
      },
      onEnd: (activation, why, reset) => {
        if (entry.activation === activation) this.#detach(entry, activation);
        entry.facets?.left(activation);
        if (why === "reset") entry.sockets?.terminateAll();
        else entry.sockets?.hibernate();
        if (reset === undefined) return;
        entry.bond.broken = reset;
        entry.bond = { broken: undefined };
      },
      report: (error, where) => this.report(error, entry, where),
    };
  }

  #construct(
    entry: Entry,
    version: WorkerVersion,
    activation: Activation,
    store: ObjectStore,
  ): object {
    const Class = version.objectClass(entry.className);
    entry.facets?.begin(activation, version);
    const state = new DurableObjectState({
      activation,
      id: new DurableObjectId(entry.key.id, entry.name),
      storage: store.api,
      facets: new DurableObjectFacets(() => this.#facetsOf(entry, activation, version), activation),
      exports: version.exports,
      props: {},
      sockets: () => this.#socketsOf(entry),
    });
    this.#states.set(activation, state);
    return new Class(state, version.env);
  }

  #sleeperOf(entry: Entry, activation: Activation): ActivationSleeper {
    let sleeper = this.#sleepers.get(activation);
    if (sleeper === undefined) {
      sleeper = new ActivationSleeper(entry, activation);
      this.#sleepers.set(activation, sleeper);
    }
    return sleeper;
  }

  /** The activation takes no more events; the next one waits for its end. */
  #detach(entry: Entry, activation: Activation): void {
    entry.activation = undefined;
    const sleeper = this.#sleepers.get(activation);
    if (sleeper !== undefined) this.#sweeper.forget(sleeper);
    const { ended } = activation;
    entry.ending = ended;
    void ended.then(() => {
      if (entry.ending !== ended) return;
      entry.ending = undefined;
      this.#forgetIfAsleep(entry);
    });
  }

  #forgetIfAsleep(entry: Entry): void {
    if (entry.activation !== undefined || entry.ending !== undefined) return;
    if ((entry.sockets?.size ?? 0) > 0 || entry.facets?.facets.isEmpty === false) return;
    entry.isGone = true;
    this.#entries.delete(keyText(entry.key));
  }

  #facetsOf(entry: Entry, activation: Activation, version: WorkerVersion): Facets {
    if (entry.facets === undefined) {
      entry.facets = createFacetTree(entry, {
        ...this.#options,
        limits: this.limits,
        version: () => this.#version,
        onIdle: (tree) => this.#sweeper.idle(tree),
        onEmpty: (tree) => {
          this.#sweeper.forget(tree);
          this.#forgetIfAsleep(entry);
        },
      });
      entry.facets.begin(activation, version);
    }
    return entry.facets.facets;
  }

  #socketsOf(entry: Entry): ObjectSockets {
    entry.sockets ??= this.#options.sockets.of(entry.key, this.#ownerOf(entry));
    return entry.sockets;
  }

  #ownerOf(first: Entry): SocketOwner {
    const { key, className } = first;
    // Kept, because a broadcast asks for the gate once for each socket.
    let known = first;
    const current = () => {
      if (known.isGone) known = this.entry(key, className, undefined);
      return known;
    };
    return {
      deliver: async (event, socket) => {
        const entry = current();
        try {
          const limitMs = entry.sockets?.getEventTimeout() ?? null;
          await this.activate(entry).deliver((origin) =>
            runSocketEvent(origin, event, socket, limitMs),
          );
        } catch (error) {
          if (!isReset(error)) this.report(error, entry, `webSocket ${event.type}`);
        }
      },
      gate: () => {
        const entry = known.isGone ? this.#entries.get(keyText(key)) : known;
        return entry?.activation?.gate();
      },
    };
  }
}

function isReset(error: unknown): boolean {
  return typeof error === "object" && error !== null && "durableObjectReset" in error;
}
