import { DurableObject } from "../modules/workers.ts";
import { systemRandom } from "../random.ts";
import type { SocketRegistry } from "../sockets/object-sockets.ts";
import { createSocketRegistry } from "../sockets/registry.ts";
import type { ObjectStore, ObjectStoreHost, ObjectStores } from "../storage/object-store.ts";
import { TestClock } from "../test-clock.ts";
import type { ObjectClass, WorkerVersion } from "../worker/version.ts";
import { keyText, type ObjectKey } from "./key.ts";
import { DurableObjectNamespace } from "./namespace.ts";
import {
  createObjectDirectory,
  type ObjectDirectoryOptions,
  type UncaughtReport,
} from "./object-directory.ts";

/** Lets all microtasks, ticks and immediates run out. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** For tests: a store that keeps numbers in memory, and can be told when commits become durable. */
export class FakeStore implements ObjectStore {
  readonly host: ObjectStoreHost;
  readonly disk: FakeDisk;
  readonly api: FakeStorage;
  alarm: number | null;
  #written = new Map<string, unknown>();
  #isDirty = false;
  #broken: unknown;
  #flush: Promise<void> | undefined;

  constructor(host: ObjectStoreHost, disk: FakeDisk) {
    this.host = host;
    this.disk = disk;
    this.alarm = disk.alarm;
    this.api = new FakeStorage(this);
  }

  get(name: string): unknown {
    if (this.#broken !== undefined) throw this.#broken;
    return this.#written.get(name) ?? this.disk.values.get(name);
  }

  put(name: string, value: unknown): void {
    if (this.#broken !== undefined) throw this.#broken;
    this.#written.set(name, value);
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.host.onFirstWrite();
  }

  setAlarm(time: number | null): void {
    this.put("alarm", time);
    this.alarm = time;
  }

  commit(): void {
    if (!this.#isDirty || this.#broken !== undefined) return;
    this.#isDirty = false;
    const commit = new Map(this.#written);
    this.#written = new Map();
    for (const [name, value] of commit) this.disk.values.set(name, value);
    this.disk.alarm = this.alarm;
    this.disk.commits.push([...commit.keys()]);
    if (this.disk.sync === undefined) return;
    const flush = this.disk.sync().then(() => {
      if (this.#flush === flush) this.#flush = undefined;
    });
    this.#flush = flush;
  }

  durable(): Promise<void> | undefined {
    this.commit();
    return this.#flush;
  }

  beginAlarm(): void {
    this.disk.ranAlarms += 1;
  }

  endAlarm(outcome: "done" | "keep"): void {
    if (outcome === "done") this.setAlarm(null);
  }

  break(reason: unknown): void {
    this.#broken = reason;
    this.#written.clear();
    this.#isDirty = false;
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.disk.open -= 1;
  }
}

/** What user code in tests sees as `ctx.storage`. */
export class FakeStorage {
  readonly #store: FakeStore;

  constructor(store: FakeStore) {
    this.#store = store;
  }

  get(name: string): Promise<unknown> {
    return Promise.resolve(this.#store.get(name));
  }

  put(name: string, value: unknown): Promise<void> {
    this.#store.put(name, value);
    return Promise.resolve();
  }

  setAlarm(time: number): Promise<void> {
    this.#store.setAlarm(time);
    return Promise.resolve();
  }

  transaction<T>(callback: () => Promise<T>): Promise<T> {
    return this.#store.host.exclusively(callback);
  }
}

/** What outlives the activations of one object. */
export interface FakeDisk {
  readonly values: Map<string, unknown>;
  readonly commits: string[][];
  alarm: number | null;
  ranAlarms: number;
  /** How many stores are open: never more than one. */
  open: number;
  /** Makes a commit durable; absent when commits are durable at once. */
  sync: (() => Promise<void>) | undefined;
}

class FakeStores implements ObjectStores {
  readonly disks = new Map<string, FakeDisk>();
  readonly names = new Map<string, string>();
  opened = 0;

  disk(key: ObjectKey): FakeDisk {
    const text = keyText(key);
    let disk = this.disks.get(text);
    if (disk === undefined) {
      disk = {
        values: new Map(),
        commits: [],
        alarm: null,
        ranAlarms: 0,
        open: 0,
        sync: undefined,
      };
      this.disks.set(text, disk);
    }
    return disk;
  }

  open(key: ObjectKey, name: string | undefined, host: ObjectStoreHost): ObjectStore {
    const disk = this.disk(key);
    if (disk.open > 0) throw new Error("two stores of one object");
    disk.open += 1;
    this.opened += 1;
    if (name !== undefined) this.names.set(keyText(key), name);
    return new FakeStore(host, disk);
  }

  facets(): never {
    throw new Error("facets need real files");
  }

  nameOf(key: ObjectKey): string | undefined {
    return this.names.get(keyText(key));
  }

  list(): string[] {
    return [...this.disks.keys()];
  }

  page(): never[] {
    return [];
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

/** A version of the code in tests. */
export function version(number: number, classes: Record<string, unknown>): WorkerVersion {
  return {
    number,
    env: { VERSION: number },
    exports: classes,
    objectClass(name) {
      const found = classes[name];
      if (typeof found !== "function") throw new Error(`no class ${name}`);
      return found as ObjectClass;
    },
  };
}

/** For tests: what `ctx` is. */
export interface TestState {
  readonly id: { readonly name?: string; toString(): string };
  readonly storage: FakeStorage;
  waitUntil(promise: Promise<unknown>): void;
  blockConcurrencyWhile<T>(callback: () => T | Promise<T>): Promise<T>;
  abort(reason?: string, options?: { retryAlarm?: boolean }): never;
  acceptWebSocket(socket: unknown, tags?: string[]): void;
  getWebSockets(tag?: string): WebSocket[];
}

/** Base of the objects of tests, with a typed `ctx`. */
export class TestObject extends DurableObject {
  declare protected readonly ctx: TestState;
  declare protected readonly env: { readonly VERSION: number };
}

/** A directory with one class `Test`, fake stores, and a clock of its own. */
export function setUp(
  classes: Record<string, unknown>,
  options: Partial<ObjectDirectoryOptions> = {},
) {
  const clock = new TestClock();
  const stores = new FakeStores();
  const reports: UncaughtReport[] = [];
  const sockets: SocketRegistry = createSocketRegistry(clock);
  const directory = createObjectDirectory({
    clock,
    stores,
    sockets,
    version: version(1, classes),
    classOf: (namespace) => namespace.slice("w-".length),
    report: (report) => reports.push(report),
    ...options,
  });
  const namespaceOf = (className: string) =>
    new DurableObjectNamespace({
      directory,
      namespace: `w-${className}`,
      className,
      random: systemRandom,
    });
  const namespace = namespaceOf("Test");
  const keyOf = (name: string): ObjectKey => ({
    namespace: "w-Test",
    id: namespace.idFromName(name).toString(),
  });
  return {
    clock,
    stores,
    sockets,
    directory,
    reports,
    namespace,
    namespaceOf,
    keyOf,
    stub: (name = "a") => namespace.getByName(name) as TestStub,
    disk: (name = "a") => stores.disk(keyOf(name)),
  };
}

/** A stub as tests call it. */
export type TestStub = Record<string, (...args: unknown[]) => TestPromise> & {
  readonly id: { toString(): string };
  fetch(input: unknown, init?: RequestInit): Promise<Response>;
};

/** A reply, or something in it. */
export interface TestPromise extends Promise<unknown> {
  [name: string]: unknown;
}
