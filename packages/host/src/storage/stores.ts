import { clearImmediate, setImmediate } from "node:timers";
import type { StoredAlarmIndex } from "../alarms/index.ts";
import type { ListedObject } from "../bindings/package-class.ts";
import type { Journal, ObjectJournal } from "../journal/journal.ts";
import type { Catalogue } from "../objects/catalogue.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import { readAlarm } from "./alarm-cell.ts";
import { objectFile } from "./data-directory.ts";
import { Database } from "./database.ts";
import type { FacetIndex } from "./facet-index.ts";
import { FileFacetStores } from "./facet-stores.ts";
import type {
  FacetStores,
  ObjectStore,
  ObjectStoreHost,
  ObjectStores,
  OpenFile,
} from "./object-store.ts";
import { FileObjectStore, type StoreRoom } from "./store.ts";

export interface FileObjectStoresOptions extends StoreRoom {
  readonly dataDirectory: string;
  readonly journal: Journal;
  readonly catalogue: Catalogue;
  readonly index: StoredAlarmIndex;
  readonly facets: FacetIndex;
  /** Whether objects of a namespace have SQL. */
  readonly hasSql: (namespace: string) => boolean;
  readonly deleteAllKeepsAlarm?: boolean | undefined;
}

/** All stores of a host. */
export class FileObjectStores implements ObjectStores {
  readonly #options: FileObjectStoresOptions;
  readonly #open = new Map<string, OpenFile>();
  /** Objects that somebody waits for. */
  readonly #opening = new Set<string>();
  /** Objects whose file is being closed, or read by the host itself. */
  readonly #busy = new Map<string, Promise<void>>();
  #repair: NodeJS.Immediate | undefined;

  constructor(options: FileObjectStoresOptions) {
    this.#options = options;
    options.journal.onLost((key, reason) => this.#open.get(keyText(key))?.lose(reason));
    this.#repairLater(options.index.unsettled());
  }

  /** @throws FreeholdError `OBJECT_KEY_INVALID`, `OBJECT_IN_USE` or `STORAGE_SYNC_FAILED`. */
  open(
    key: ObjectKey,
    name: string | undefined,
    host: ObjectStoreHost,
  ): ObjectStore | Promise<ObjectStore> {
    const text = keyText(key);
    const busy = this.#busy.get(text);
    if (busy !== undefined) return busy.then(() => this.open(key, name, host));
    const path = objectFile(this.#options.dataDirectory, key);
    const journal = this.#options.journal.prepare(key, path);
    const open = (prepared: ObjectJournal) => this.#store(key, name, host, path, prepared);
    if (!(journal instanceof Promise)) return open(journal);
    this.#opening.add(text);
    return journal.then(open).finally(() => this.#opening.delete(text));
  }

  facets(key: ObjectKey, name: () => string | undefined): FacetStores {
    return new FileFacetStores({
      ...this.#options,
      ...{ key, name },
      track: (facet, store) => {
        const text = keyText(facet);
        this.#open.set(text, store);
        return () => this.#open.delete(text);
      },
    });
  }

  /** The store that has an object or a facet open. */
  storeOf(key: ObjectKey): OpenFile | undefined {
    return this.#busy.has(keyText(key)) ? undefined : this.#open.get(keyText(key));
  }

  nameOf(key: ObjectKey): string | undefined {
    return this.#options.catalogue.nameOf(key);
  }

  list(namespace: string): string[] {
    return this.#options.catalogue.list(namespace);
  }

  page(namespace: string, limit: number, after: ListedObject | undefined): ListedObject[] {
    return this.#options.catalogue.page(namespace, limit, after);
  }

  /** Closes what is still open. */
  async close(): Promise<void> {
    clearImmediate(this.#repair);
    await Promise.all([...this.#open.values()].map((store) => store.close()));
    await Promise.all(this.#busy.values());
  }

  #store(
    key: ObjectKey,
    name: string | undefined,
    host: ObjectStoreHost,
    path: string,
    journal: ObjectJournal,
  ): ObjectStore {
    const { catalogue, clock } = this.#options;
    const text = keyText(key);
    const store = new FileObjectStore({
      key,
      path,
      journal,
      host,
      room: this.#options,
      hasSql: this.#options.hasSql(key.namespace),
      deleteAllKeepsAlarm: this.#options.deleteAllKeepsAlarm,
      register: () => catalogue.record(key, name, clock.now()),
      forget: () => catalogue.forget(key),
      onClosing: (closed) => this.#occupy(text, closed),
      onClosed: (wrote) => {
        this.#open.delete(text);
        if (wrote) catalogue.touch(key, clock.now());
      },
    });
    this.#open.set(text, store);
    return store;
  }

  /** Whoever opens the object meanwhile waits. */
  #occupy(text: string, work: Promise<void>): void {
    const over = () => {
      if (this.#busy.get(text) === occupied) this.#busy.delete(text);
    };
    const occupied = work.then(over, (error) => {
      over();
      this.#options.onError(error);
    });
    this.#busy.set(text, occupied);
  }

  /** Reads the alarms that were in motion at an unclean stop, a few at a time. */
  #repairLater(keys: readonly ObjectKey[]): void {
    const [key, ...others] = keys;
    if (key === undefined) return;
    this.#repair = setImmediate(() => {
      const text = keyText(key);
      if (![this.#open, this.#busy, this.#opening].some((objects) => objects.has(text))) {
        this.#occupy(text, this.#repairAlarm(key));
      }
      this.#repairLater(others);
    }).unref();
  }

  async #repairAlarm(key: ObjectKey): Promise<void> {
    const { dataDirectory, journal, files, index } = this.#options;
    const path = objectFile(dataDirectory, key);
    const prepared = await journal.prepare(key, path);
    // Reading it folds the log that the stop has left.
    prepared.beforeFold?.();
    try {
      const alarm = files.exists(path) && !files.isBlank(path) ? alarmOf(path) : null;
      if (alarm === null) index.remove(key);
      else await index.put(key, alarm);
      index.settle(key);
    } finally {
      await prepared.release();
    }
  }
}

function alarmOf(path: string): number | null {
  const database = new Database(path);
  try {
    return readAlarm(database);
  } finally {
    database.close();
  }
}
