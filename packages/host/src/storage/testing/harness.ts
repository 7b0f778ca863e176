import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemFiles } from "../../files.ts";
import type { ObjectKey } from "../../objects/key.ts";
import { TestClock } from "../../test-clock.ts";
import type { DurableObjectStorage } from "../durable-object-storage.ts";
import type { ObjectStore, ObjectStoreHost } from "../object-store.ts";
import { type OpenObjectStoresOptions, openObjectStores, type Storage } from "../open.ts";

/** A store with what its activation would do, done by the test. */
export interface TestStore {
  readonly key: ObjectKey;
  readonly store: ObjectStore;
  readonly storage: DurableObjectStorage;
  readonly failures: Error[];
  /** Whether the store asked for a commit since the last one. */
  readonly written: () => boolean;
  /** Ends the turn and waits until it is durable. */
  readonly settle: () => Promise<void>;
}

/** Storage in a directory of its own, which `dispose` removes. */
export class StorageHarness {
  readonly clock: TestClock;
  readonly directory: string;
  readonly #options: Partial<OpenObjectStoresOptions>;
  #storage: Storage | undefined;

  constructor(options: Partial<OpenObjectStoresOptions> = {}) {
    this.directory = mkdtempSync(join(tmpdir(), "freehold-storage-"));
    this.#options = options;
    this.clock = options.clock instanceof TestClock ? options.clock : new TestClock();
  }

  get storage(): Storage {
    this.#storage ??= openObjectStores({
      dataDirectory: this.directory,
      clock: this.clock,
      files: systemFiles,
      ...this.#options,
    });
    return this.#storage;
  }

  async open(number = 1, host: Partial<ObjectStoreHost> = {}, name?: string): Promise<TestStore> {
    const key = keyOf(number);
    const failures: Error[] = [];
    let written = false;
    const store = await this.storage.stores.open(key, name, {
      onFirstWrite: () => {
        written = true;
      },
      onFailure: (error) => void failures.push(error),
      mayHaveAlarm: () => true,
      exclusively: (callback) => callback(),
      ...host,
    });
    return {
      ...{ key, store, failures },
      storage: store.api as DurableObjectStorage,
      written: () => written,
      settle: async () => {
        written = false;
        await store.durable();
      },
    };
  }

  /** Closes the storage; the next use opens it again. */
  async restart(): Promise<void> {
    await this.#storage?.close();
    this.#storage = undefined;
  }

  /** What a process would find that starts after this one was killed now. */
  crash(): StorageHarness {
    const { files: _, ...options } = this.#options;
    const copy = new StorageHarness({ ...options, clock: this.clock });
    cpSync(this.directory, copy.directory, { recursive: true });
    return copy;
  }

  async dispose(): Promise<void> {
    await this.restart();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function keyOf(number: number): ObjectKey {
  return { namespace: "app-Thing", id: number.toString(16).padStart(64, "0") };
}

/** How a call failed: class and text; `undefined` when it did not. */
export async function failureOf(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}
