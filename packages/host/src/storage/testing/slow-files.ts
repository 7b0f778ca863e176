import { type Descriptor, type Files, systemFiles } from "../../files.ts";

interface Waiting {
  readonly what: string;
  readonly release: () => void;
  readonly refuse: (error: Error) => void;
}

/** Files whose syncs wait until the test lets them go, or makes them fail. */
export class SlowFiles implements Files {
  /** What was opened, synced and closed, in order. */
  readonly log: string[] = [];
  readonly waiting: Waiting[] = [];
  held = false;
  /** Syncs that the machine is busy with. */
  inFlight = 0;
  readonly #names = new Map<Descriptor, string>();

  exists = systemFiles.exists;
  size = systemFiles.size;
  isBlank = systemFiles.isBlank;
  read = systemFiles.read;
  write = systemFiles.write;
  remove = systemFiles.remove;
  rename = systemFiles.rename;
  removeDirectory = systemFiles.removeDirectory;
  makeDirectory = systemFiles.makeDirectory;
  descriptorLimit = systemFiles.descriptorLimit;
  mayOpen = systemFiles.mayOpen;
  copy = systemFiles.copy;
  readBytes = systemFiles.readBytes;
  writeNew = systemFiles.writeNew;
  writeAt = systemFiles.writeAt;
  hasName = systemFiles.hasName;
  readUpTo = systemFiles.readUpTo;
  sizeOf = systemFiles.sizeOf;
  readAt = systemFiles.readAt;
  readInto = systemFiles.readInto;

  create(path: string, bytes: Uint8Array): Descriptor {
    return this.#name(systemFiles.create(path, bytes), path);
  }

  open(path: string): Descriptor {
    return this.#name(systemFiles.open(path), path);
  }

  openToWrite(path: string): Descriptor {
    return this.#name(systemFiles.openToWrite(path), path);
  }

  openToAppend(path: string): Descriptor {
    return this.#name(systemFiles.openToAppend(path), path);
  }

  close(descriptor: Descriptor): void {
    this.log.push(`close ${this.#names.get(descriptor)}`);
    systemFiles.close(descriptor);
  }

  sync(descriptor: Descriptor): Promise<void> {
    return this.#wait(this.#names.get(descriptor) ?? "?", () => systemFiles.sync(descriptor));
  }

  syncPath(path: string): Promise<void> {
    return this.#wait("directory", () => systemFiles.syncPath(path));
  }

  syncPathNow(path: string): void {
    this.log.push("sync directory now");
    systemFiles.syncPathNow(path);
  }

  /** Lets everything go that waits, and what comes later. */
  release(): void {
    this.held = false;
    for (const each of this.waiting.splice(0)) each.release();
  }

  /** Lets go what waits for now. */
  releaseOnce(): void {
    for (const each of this.waiting.splice(0)) each.release();
  }

  /** Makes what waits fail as a broken disk does. */
  refuse(): void {
    for (const each of this.waiting.splice(0)) each.refuse(new Error("EIO: i/o error, fdatasync"));
  }

  /** Makes what waits fail, as soon as something does, and lets go what comes later. */
  async fail(): Promise<void> {
    await until(() => this.waiting.length > 0);
    this.refuse();
    this.release();
  }

  /** How many syncs there were of files that end so. */
  syncs(end: string): number {
    return this.log.filter((line) => line.startsWith("sync") && line.endsWith(end)).length;
  }

  #name(descriptor: Descriptor, path: string): Descriptor {
    const name = path.slice(path.lastIndexOf("/") + 1);
    this.#names.set(descriptor, name);
    this.log.push(`open ${name}`);
    return descriptor;
  }

  async #act(act: () => Promise<void>): Promise<void> {
    this.inFlight += 1;
    try {
      await act();
    } finally {
      this.inFlight -= 1;
    }
  }

  #wait(what: string, act: () => Promise<void>): Promise<void> {
    this.log.push(`sync ${what}`);
    if (!this.held) return this.#act(act);
    return new Promise((resolve, reject) => {
      const release = () => void this.#act(act).then(resolve, reject);
      this.waiting.push({ what, release, refuse: reject });
    });
  }
}

/** Lets everything run that waits for a few turns of the event loop, and file operations. */
export async function breathe(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Turns of the event loop that may pass before a wait gives the threads of the disk a rest. */
const TURNS_BEFORE_REST = 1000;
/** Milliseconds of rests. */
const PATIENCE_MS = 20_000;

/** Waits until something holds, a few turns of the event loop at a time. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn += 1) {
    if (turn > TURNS_BEFORE_REST + PATIENCE_MS) throw new Error("It did not come about.");
    if (turn < TURNS_BEFORE_REST) await new Promise((resolve) => setImmediate(resolve));
    else await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
