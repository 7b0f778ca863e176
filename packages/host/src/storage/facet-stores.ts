import type { AlarmIndex } from "../alarms/alarms.ts";
import { firstName } from "../journal/first-image.ts";
import type { Journal } from "../journal/journal.ts";
import type { Catalogue } from "../objects/catalogue.ts";
import type { ObjectKey } from "../objects/key.ts";
import { facetFile, objectFile } from "./data-directory.ts";
import { Database } from "./database.ts";
import type { FacetIndex } from "./facet-index.ts";
import { FacetNumbers, type FacetPath } from "./facet-numbers.ts";
import type {
  FacetImages,
  FacetStore,
  FacetStores,
  LentFile,
  ObjectStoreHost,
  OpenFile,
} from "./object-store.ts";
import { FileObjectStore, type StoreRoom } from "./store.ts";

export interface FileFacetStoresOptions extends StoreRoom {
  readonly dataDirectory: string;
  readonly journal: Journal;
  readonly catalogue: Catalogue;
  readonly facets: FacetIndex;
  /** The object that the facets belong to. */
  readonly key: ObjectKey;
  readonly name: () => string | undefined;
  /** A store is open from now on, until the returned function is called. */
  track(key: ObjectKey, file: OpenFile): () => void;
}

/** Facets have no alarms. */
const noAlarms: AlarmIndex = {
  get: () => undefined,
  put: () => undefined,
  remove: () => undefined,
  unsettle: () => undefined,
  settle: () => undefined,
};

/** The files of one object's facets, beside the object's own. */
export class FileFacetStores implements FacetStores {
  readonly #options: FileFacetStoresOptions;
  readonly #numbers: FacetNumbers;

  constructor(options: FileFacetStoresOptions) {
    this.#options = options;
    this.#numbers = new FacetNumbers(options.key, options.facets);
  }

  async open(path: FacetPath, host: ObjectStoreHost): Promise<FacetStore> {
    const { catalogue, clock, key } = this.#options;
    const { key: facet, path: file, journal: prepared, register } = await this.#prepare(path);
    let untrack: (() => void) | undefined;
    const store = new FileObjectStore({
      key: facet,
      path: file,
      journal: prepared,
      host,
      room: { ...this.#options, index: noAlarms },
      register,
      forget: () => undefined,
      onClosing: () => undefined,
      onClosed: (wrote) => {
        untrack?.();
        if (wrote) catalogue.touch(key, clock.now());
      },
    });
    untrack = this.#options.track(facet, store);
    return store;
  }

  async lend(path: FacetPath): Promise<LentFile> {
    const file = await this.#prepare(path);
    const closed = this.#options.track(file.key, {
      copyTo: (target) => file.journal.copyTo(target),
      // Whoever waits for it to be durable is told by the journal.
      lose: () => undefined,
      // It is closed by who has it.
      close: () => Promise.resolve(),
    });
    return { ...file, closed };
  }

  async #prepare(path: FacetPath): Promise<Omit<LentFile, "closed">> {
    const { journal, files } = this.#options;
    const { number, isNew } = this.#numbers.number(path);
    const file = this.#file(number);
    const key = this.#key(number);
    const prepared = await journal.prepare(key, file);
    // The number was given before, to a facet that a crash left without a place in the index.
    if (isNew && files.exists(file)) prepared.remove();
    const register = () => this.#register(number);
    return { key, path: file, files, journal: prepared, register };
  }

  below(path: FacetPath): readonly FacetPath[] {
    return this.#numbers.below(path).map((found) => found.path);
  }

  async read(path: FacetPath): Promise<Uint8Array | undefined> {
    const { number, isNew } = this.#numbers.number(path);
    const file = this.#file(number);
    if (isNew || !this.#isStored(file)) return undefined;
    const prepared = await this.#options.journal.prepare(this.#key(number), file);
    const database = new Database(file);
    try {
      return database.image();
    } finally {
      database.close();
      await prepared.release();
    }
  }

  async erase(path: FacetPath): Promise<void> {
    const { catalogue, dataDirectory, key } = this.#options;
    const numbers = this.#numbers.below(path).map(({ number }) => number);
    await Promise.all(numbers.map((number) => this.#remove(number)));
    this.#numbers.forget(numbers);
    const hasStorage = this.below([]).length > 0 || this.#isStored(objectFile(dataDirectory, key));
    if (!hasStorage) catalogue.forget(key);
  }

  async write(path: FacetPath, images: FacetImages): Promise<void> {
    await Promise.all(
      images.map(({ path: below, image }) => this.#write([...path, ...below], image)),
    );
  }

  async #remove(number: number): Promise<void> {
    const file = this.#file(number);
    if (!this.#isStored(file)) return;
    const prepared = await this.#options.journal.prepare(this.#key(number), file);
    prepared.remove();
    await this.#settled(prepared.committed(), prepared);
  }

  async #write(path: FacetPath, image: Uint8Array): Promise<void> {
    const { number } = this.#numbers.number(path);
    const file = this.#file(number);
    const prepared = await this.#options.journal.prepare(this.#key(number), file);
    if (this.#options.files.exists(file)) prepared.remove();
    prepared.create(image);
    const stored = this.#register(number);
    await this.#settled(prepared.committed(), prepared);
    await stored;
  }

  async #settled(
    sequence: number,
    journal: Awaited<ReturnType<Journal["prepare"]>>,
  ): Promise<void> {
    try {
      await journal.durable(sequence);
    } finally {
      await journal.release();
    }
  }

  /** The facet has storage from now on, and so has its object. */
  #register(number: number): Promise<void> | undefined {
    const { catalogue, clock, key, name } = this.#options;
    const known = catalogue.record(key, name(), clock.now());
    return this.#numbers.store(number) ?? known;
  }

  #file(number: number): string {
    return facetFile(this.#options.dataDirectory, this.#options.key, number);
  }

  /** A new file has another name until it is durable. */
  #isStored(file: string): boolean {
    const { files } = this.#options;
    return files.exists(file) || files.exists(firstName(file));
  }

  /** A facet's place in the journal and in error texts. */
  #key(number: number): ObjectKey {
    const { namespace, id } = this.#options.key;
    return { namespace, id: `${id}.${number}` };
  }
}
