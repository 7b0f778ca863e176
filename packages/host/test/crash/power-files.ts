import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Descriptor, type Files, systemFiles } from "../../src/files.ts";

/** A sync that the test has not let go yet. */
interface Waiting {
  readonly path: string;
  readonly release: () => void;
}

/** How much of what was written to a file since its last sync is there after the power is back. */
export type Survival = (path: string) => "lost" | "kept" | "torn";

/**
 * Files that know what would survive a power cut. A sync counts when the test has let it go; what is
 * written meanwhile counts with the next one. Only files with a log of their own are told apart: the
 * others are as they were when the recording began, because nothing is folded into them.
 */
export class PowerFiles implements Files {
  readonly waiting: Waiting[] = [];
  held = false;
  /** Files and folders whose syncs are told to be done at once and never are. */
  lies: (path: string) => boolean = () => false;
  readonly #paths = new Map<Descriptor, string>();
  /** What is durable of each file that was synced. */
  readonly #synced = new Map<string, Buffer>();
  /** Names that the disk knows. */
  readonly #named = new Set<string>();

  exists = systemFiles.exists;
  size = systemFiles.size;
  isBlank = systemFiles.isBlank;
  read = systemFiles.read;
  write = systemFiles.write;
  removeDirectory = systemFiles.removeDirectory;
  makeDirectory = systemFiles.makeDirectory;
  descriptorLimit = systemFiles.descriptorLimit;
  mayOpen = systemFiles.mayOpen;
  copy = systemFiles.copy;
  rename = systemFiles.rename;
  readBytes = systemFiles.readBytes;
  writeNew = systemFiles.writeNew;
  writeAt = systemFiles.writeAt;
  hasName = systemFiles.hasName;
  readUpTo = systemFiles.readUpTo;
  sizeOf = systemFiles.sizeOf;
  readAt = systemFiles.readAt;
  readInto = systemFiles.readInto;

  remove(path: string): void {
    systemFiles.remove(path);
    this.#synced.delete(path);
    this.#named.delete(path);
  }

  create(path: string, bytes: Uint8Array): Descriptor {
    return this.#remember(systemFiles.create(path, bytes), path);
  }

  open(path: string): Descriptor {
    return this.#remember(systemFiles.open(path), path);
  }

  openToWrite(path: string): Descriptor {
    return this.#remember(systemFiles.openToWrite(path), path);
  }

  openToAppend(path: string): Descriptor {
    return this.#remember(systemFiles.openToAppend(path), path);
  }

  close(descriptor: Descriptor): void {
    this.#paths.delete(descriptor);
    systemFiles.close(descriptor);
  }

  sync(descriptor: Descriptor): Promise<void> {
    const path = this.#paths.get(descriptor) ?? "";
    if (this.lies(path)) return Promise.resolve();
    const content = readFileSync(path);
    return this.#hold(path, () => {
      this.#synced.set(path, content);
    });
  }

  syncPath(path: string): Promise<void> {
    if (this.lies(path)) return Promise.resolve();
    if (!statSync(path).isDirectory()) {
      const content = readFileSync(path);
      return this.#hold(path, () => {
        this.#synced.set(path, content);
      });
    }
    const names = readdirSync(path).map((name) => join(path, name));
    return this.#hold(path, () => {
      for (const name of names) this.#named.add(name);
    });
  }

  syncPathNow(path: string): void {
    systemFiles.syncPathNow(path);
    if (!statSync(path).isDirectory()) {
      this.#synced.set(path, readFileSync(path));
      return;
    }
    for (const name of readdirSync(path)) this.#named.add(join(path, name));
  }

  /** Lets go the syncs of files whose path ends so, for now; answers how many. */
  release(end = ""): number {
    const released = this.waiting.filter(({ path }) => path.endsWith(end));
    for (const each of released) {
      this.waiting.splice(this.waiting.indexOf(each), 1);
      each.release();
    }
    return released.length;
  }

  /** Lets go everything, now and from now on. */
  releaseAll(): void {
    this.held = false;
    this.release();
  }

  /**
   * Makes `target` what the disk would hold if the power went now.
   *
   * @param fraction in [0, 1): where a torn file ends
   */
  cut(source: string, target: string, survival: Survival, fraction: () => number): void {
    for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
      const path = join(source, name);
      const copy = join(target, relative(source, path));
      if (!/(-wal|\.log)$/.test(name)) {
        if (/\.(sqlite|pid)$/.test(name)) {
          mkdirSync(dirname(copy), { recursive: true });
          cpSync(path, copy);
        }
        continue;
      }
      const content = this.#surviving(path, survival(path), fraction);
      if (content === undefined) continue;
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, content);
    }
  }

  #surviving(
    path: string,
    survival: ReturnType<Survival>,
    fraction: () => number,
  ): Buffer | undefined {
    const content = readFileSync(path);
    if (survival === "kept") return content;
    const synced = this.#synced.get(path) ?? Buffer.alloc(0);
    if (survival === "torn") {
      const more = Math.floor((content.length - synced.length) * fraction());
      return content.subarray(0, Math.max(0, synced.length + more));
    }
    return this.#named.has(path) ? synced : undefined;
  }

  #remember(descriptor: Descriptor, path: string): Descriptor {
    this.#paths.set(descriptor, path);
    return descriptor;
  }

  #hold(path: string, done: () => void): Promise<void> {
    if (!this.held) {
      done();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const release = () => {
        done();
        resolve();
      };
      this.waiting.push({ path, release });
    });
  }
}
