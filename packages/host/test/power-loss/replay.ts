import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Operation } from "./recording.ts";

/** A disk writes this much at once, or nothing of it. In bytes. */
const SECTOR = 512;

/** Where the power is cut, and what of the rest happens to be on the disk. */
export interface Cut {
  /** How many operations were done. */
  readonly after: number;
  /** The share of unsynced sectors that are there. */
  readonly sectors: number;
  /** The share of unsynced names that are there. A name is there only if those before it are. */
  readonly names: number;
  readonly fraction: () => number;
}

/** What is on the disk when the power is back. */
export class Disk {
  readonly #files = new Map<number, Content>();
  readonly #names = new Map<string, Name>();
  readonly #counts = new Map<Name, number>();
  readonly #cut: Cut;
  readonly #synced = new Map<number | string, number>();

  constructor(operations: readonly Operation[], cut: Cut) {
    this.#cut = cut;
    const done = operations.slice(0, cut.after);
    for (const operation of done) {
      if (operation.kind === "sync") this.#cover(operation.file, operation.covers);
      if (operation.kind === "syncDirectory") this.#cover(operation.directory, operation.covers);
    }
    for (const [index, operation] of done.entries()) this.#apply(operation, index);
  }

  /** Writes the files that have names below a directory. */
  save(root: string, directory: string): void {
    for (const name of this.#names.values()) {
      const { path, changes } = name;
      const file = changes[this.#countOf(name) - 1]?.file;
      if (file === undefined) continue;
      const target = join(directory, relative(root, path));
      mkdirSync(join(target, ".."), { recursive: true });
      writeFileSync(target, this.#content(file).bytes);
    }
  }

  #cover(what: number | string, covers: number): void {
    this.#synced.set(what, Math.max(this.#synced.get(what) ?? 0, covers));
  }

  #isSynced(what: number | string, index: number): boolean {
    return index < (this.#synced.get(what) ?? 0);
  }

  #apply(operation: Operation, index: number): void {
    switch (operation.kind) {
      case "write":
        this.#write(operation, index);
        break;
      case "truncate":
        this.#truncate(operation, index);
        break;
      case "link":
      case "unlink":
        this.#name(operation, index);
        break;
      default:
        break;
    }
  }

  #write({ file, at, bytes }: Extract<Operation, { kind: "write" }>, index: number): void {
    const content = this.#content(file);
    const start = at < 0 ? content.size : at;
    const sure = this.#isSynced(file, index);
    for (let offset = 0; offset < bytes.byteLength; offset += SECTOR) {
      if (!sure && this.#cut.fraction() >= this.#cut.sectors) continue;
      const part = bytes.subarray(offset, offset + SECTOR);
      content.set(part, start + offset);
    }
  }

  #truncate({ file, size }: Extract<Operation, { kind: "truncate" }>, index: number): void {
    if (!this.#isSynced(file, index) && this.#cut.fraction() >= this.#cut.sectors) return;
    this.#content(file).resize(size);
  }

  #content(file: number): Content {
    const content = this.#files.get(file) ?? new Content();
    this.#files.set(file, content);
    return content;
  }

  #name(operation: Extract<Operation, { kind: "link" | "unlink" }>, index: number): void {
    const { directory, name } = operation;
    const path = join(directory, name);
    const known = this.#names.get(path) ?? { path, changes: [] };
    const file = operation.kind === "link" ? operation.file : undefined;
    const renamed = operation.kind === "unlink" ? operation.renamed : undefined;
    const heir = renamed === undefined ? undefined : this.#names.get(join(directory, renamed));
    known.changes.push({
      ...{ file, isSynced: this.#isSynced(directory, index) },
      ...(heir !== undefined && { heir, place: heir.changes.length }),
    });
    this.#names.set(path, known);
  }

  /** How many changes of a name are on the disk. */
  #countOf(name: Name): number {
    const known = this.#counts.get(name);
    if (known !== undefined) return known;
    const { changes } = name;
    let count = changes.findLastIndex((change) => change.isSynced || this.#isInherited(change)) + 1;
    for (let change = changes[count]; change !== undefined; change = changes[count]) {
      if (change.heir !== undefined || this.#cut.fraction() >= this.#cut.names) break;
      count += 1;
    }
    this.#counts.set(name, count);
    return count;
  }

  /** A name that was given up for another goes when that one comes. */
  #isInherited({ heir, place = 0 }: NameChange): boolean {
    return heir !== undefined && this.#countOf(heir) >= place;
  }
}

interface NameChange {
  readonly file: number | undefined;
  readonly isSynced: boolean;
  /** The name that took its place, with its so manieth change. */
  readonly heir?: Name;
  readonly place?: number;
}

interface Name {
  readonly path: string;
  readonly changes: NameChange[];
}

/** What a file holds. Whatever was not written is zeros. */
class Content {
  #buffer = Buffer.alloc(SECTOR);
  size = 0;

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.size);
  }

  set(part: Buffer, at: number): void {
    const end = at + part.byteLength;
    if (end > this.size) this.resize(end);
    this.#buffer.set(part, at);
  }

  resize(size: number): void {
    if (size > this.#buffer.byteLength) {
      const larger = Buffer.alloc(size * 2);
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    if (size < this.size) this.#buffer.fill(0, size, this.size);
    this.size = size;
  }
}
