import { dirname, relative, resolve } from "node:path";
import type { Descriptor, Files } from "../files.ts";
import { firstName } from "./first-image.ts";

/** So much is written anew before it is synced, in bytes. */
const PIECE_BYTES = 1024 * 1024;

/** Names the files whose last sync has failed, a line each, as seen from the data directory. */
export function unsyncedFile(dataDirectory: string): string {
  return resolve(dataDirectory, "unsynced");
}

/**
 * Files whose last sync has failed, of this process and of those before it.
 *
 * What the system could not write it may forget, and yet show until it is started anew; a later sync then
 * says that all is well. So whoever opens such a file next writes all of it again. A file that is left to
 * the process in which the sync has failed needs none of this: that process never opens it again.
 */
export class UnsyncedFiles {
  readonly #files: Files;
  readonly #dataDirectory: string;
  readonly #names: Set<string>;

  constructor(files: Files, dataDirectory: string) {
    this.#files = files;
    this.#dataDirectory = dataDirectory;
    this.#names = new Set(files.read(unsyncedFile(dataDirectory))?.split("\n").filter(Boolean));
  }

  /** As seen from the data directory. */
  get names(): readonly string[] {
    return [...this.#names];
  }

  /** @param path of an object's file; what belongs to it, such as its log, counts as well. */
  has(path: string): boolean {
    return this.#names.size > 0 && this.#names.has(this.#nameOf(path));
  }

  /** @throws when not even that can be written. */
  add(path: string): void {
    this.#names.add(this.#nameOf(path));
    this.#store();
  }

  /**
   * Writes a file anew, with what belongs to it.
   *
   * @param held takes the descriptors, for a file that SQLite has open in this process: to close one would
   *   drop its locks. Without it nobody may have the file open.
   * @throws when that fails
   */
  async renew(path: string, held?: Descriptor[]): Promise<void> {
    for (const each of [path, firstName(path), `${path}-wal`]) await this.#write(each, held);
    const directory = dirname(path);
    if (this.#files.exists(directory)) await this.#files.syncPath(directory);
    this.#names.delete(this.#nameOf(path));
    this.#store();
  }

  async #write(path: string, held: Descriptor[] | undefined): Promise<void> {
    const files = this.#files;
    if (!files.exists(path)) return;
    const descriptor = files.openToWrite(path);
    held?.push(descriptor);
    try {
      const length = files.sizeOf(descriptor);
      for (let at = 0; at < length; at += PIECE_BYTES) await this.#writePiece(descriptor, at);
    } finally {
      if (held === undefined) files.close(descriptor);
    }
    // Also how long it is.
    if (held === undefined) await files.syncPath(path);
  }

  async #writePiece(descriptor: Descriptor, at: number): Promise<void> {
    this.#files.writeAt(descriptor, this.#files.readAt(descriptor, at, PIECE_BYTES), at);
    await this.#files.sync(descriptor);
  }

  #store(): void {
    const path = unsyncedFile(this.#dataDirectory);
    if (this.#names.size === 0) {
      this.#files.remove(path);
      return;
    }
    // Whole or not at all: a full disk, or the end of the process, must not take the names that were there.
    this.#files.write(`${path}-new`, `${[...this.#names].join("\n")}\n`);
    this.#files.rename(`${path}-new`, path);
  }

  #nameOf(path: string): string {
    return relative(resolve(this.#dataDirectory), resolve(path));
  }
}
