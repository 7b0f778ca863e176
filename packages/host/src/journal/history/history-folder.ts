import fs from "node:fs";
import { dirname, join } from "node:path";

/** The folder that the history of one object is in. Made with its first file. */
export class HistoryFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  list(): readonly string[] {
    return fs.existsSync(this.#path) ? fs.readdirSync(this.#path) : [];
  }

  read(name: string): Buffer {
    return fs.readFileSync(join(this.#path, name));
  }

  /** In bytes. */
  size(name: string): number {
    return fs.statSync(join(this.#path, name)).size;
  }

  remove(name: string): void {
    fs.rmSync(join(this.#path, name));
  }

  /** All of it or nothing, durable, under its name. */
  write(name: string, bytes: Uint8Array): void {
    fs.mkdirSync(this.#path, { recursive: true });
    const path = join(this.#path, name);
    fs.writeFileSync(`${path}-new`, bytes, { flush: true });
    fs.renameSync(`${path}-new`, path);
    for (const folder of [this.#path, dirname(this.#path)]) {
      const descriptor = fs.openSync(folder, "r");
      fs.fsyncSync(descriptor);
      fs.closeSync(descriptor);
    }
  }

  /**
   * A descriptor that lines are written to at the end.
   *
   * @param first what a new file begins with
   */
  append(name: string, first: string): number {
    fs.mkdirSync(this.#path, { recursive: true });
    const path = join(this.#path, name);
    const isNew = !fs.existsSync(path);
    const descriptor = fs.openSync(path, "a");
    // A crash may have left half of a line.
    fs.writeSync(descriptor, isNew ? first : "\n");
    return descriptor;
  }
}
