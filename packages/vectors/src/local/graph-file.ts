import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { crc32 } from "node:zlib";
import type { Graph } from "./graph.ts";

/** What the file of a graph was when it was saved: a file that differs is not loaded. */
interface Seal {
  readonly size: number;
  readonly bytes: number;
  readonly checksum: number;
}

const READ_BYTES = 1024 * 1024;

/**
 * Where a graph rests while its index is closed. It is only a copy of what the index's database can
 * make again: one that is missing, torn or of another time costs time, and nothing else.
 */
export class GraphFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  save(graph: Graph): void {
    const next = `${this.#path}.next`;
    graph.save(next);
    const seal: Seal = { size: graph.size, ...sum(next) };
    // No seal while the file changes.
    rmSync(this.#seal, { force: true });
    renameSync(next, this.#path);
    writeFileSync(this.#seal, JSON.stringify(seal));
  }

  /** @returns whether `graph` now holds what was saved */
  load(graph: Graph): boolean {
    try {
      const seal = JSON.parse(readFileSync(this.#seal, "utf8")) as Seal;
      const { bytes, checksum } = sum(this.#path);
      if (bytes !== seal.bytes || checksum !== seal.checksum) return false;
      graph.load(this.#path);
      return graph.size === seal.size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  }

  delete(): void {
    for (const path of [this.#seal, this.#path]) rmSync(path, { force: true });
  }

  get #seal(): string {
    return `${this.#path}.seal`;
  }
}

/** Reads the whole file, so that what the kernel could not keep is noticed; makes it durable, too. */
function sum(path: string): { readonly bytes: number; readonly checksum: number } {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    let [bytes, checksum] = [0, 0];
    for (;;) {
      const read = readSync(file, buffer, 0, READ_BYTES, bytes);
      if (read === 0) return { bytes, checksum };
      checksum = crc32(buffer.subarray(0, read), checksum);
      bytes += read;
    }
  } finally {
    closeSync(file);
  }
}
