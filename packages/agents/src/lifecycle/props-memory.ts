import { StorageKey } from "../schema.ts";

/** The part of the key-value storage that keeps props. */
interface PropsStorage {
  get(key: string): unknown;
  put(key: string, value: unknown): void;
}

/** Keeps the props of the last start that brought some. */
export class PropsMemory {
  readonly #storage: PropsStorage;

  constructor(storage: PropsStorage) {
    this.#storage = storage;
  }

  /** `props`, stored when they are new; without them, those that were stored. */
  complete(props: unknown): unknown {
    const stored = this.#storage.get(StorageKey.PROPS);
    if (props === undefined) return stored;
    if (JSON.stringify(stored) !== JSON.stringify(props)) {
      this.#storage.put(StorageKey.PROPS, props);
    }
    return props;
  }
}
