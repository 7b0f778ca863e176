import { runOutside } from "../../context.ts";
import type { Files } from "../../files.ts";
import type { JournalSequence, ObjectJournal } from "../../journal/journal.ts";
import type { FileQuestion } from "../sync-channel.ts";
import { askHost } from "./ask-host.ts";

/** What the host does with the file of one object of this process. */
export interface HostStorage extends Disposable {
  durable(sequence: number): Promise<void>;
  mayFold(): Promise<boolean>;
  folded(): Promise<void>;
  register(): Promise<void>;
  release(): Promise<void>;
  broken(reason: unknown): Promise<void>;
  dup(): HostStorage;
}

type Ask = (ask: FileQuestion, sequence?: number) => number | boolean | undefined;

/** Asks about the file of one object. */
export function askAbout(object: number): Ask {
  return (ask, sequence = 0) => askHost({ object, ask, sequence });
}

/** The object's journal, which the host keeps. */
export class RemoteJournal implements ObjectJournal {
  readonly #ask: Ask;
  readonly #storage: HostStorage;

  constructor(ask: Ask, storage: HostStorage) {
    this.#ask = ask;
    this.#storage = storage;
  }

  /** The image is the host's own. */
  create(_image: Uint8Array): void {
    this.#ask("create");
  }

  remove(): void {
    this.#ask("remove");
  }

  committed(): JournalSequence {
    return Number(this.#ask("committed"));
  }

  durable(sequence: JournalSequence): Promise<void> | undefined {
    if (this.#ask("isDurable", sequence) === true) return undefined;
    // What waits for it must not wait for itself.
    return runOutside(async () => await this.#storage.durable(sequence));
  }

  beforeFold(): void {
    this.#ask("beforeFold");
  }

  failed(_cause: Error): void {
    this.#ask("failed");
  }

  mayCheckpoint(): boolean {
    return this.#ask("mayCheckpoint") === true;
  }

  mayClose(): boolean {
    return this.#ask("mayClose") === true;
  }

  closed(): void {
    this.#ask("closed");
  }

  mayFold(): Promise<boolean> {
    return runOutside(async () => await this.#storage.mayFold());
  }

  folded(): Promise<void> {
    return runOutside(async () => await this.#storage.folded());
  }

  /** The host copies the file itself: it alone makes backups. */
  copyTo(_path: string): Promise<void> {
    return Promise.reject(new Error("Backups are made by the host."));
  }

  release(): Promise<void> {
    return runOutside(async () => await this.#storage.release());
  }
}

/** What the storage of one object asks of the disk. */
export function remoteFiles(ask: Ask): Pick<Files, "exists" | "size" | "isBlank" | "remove"> {
  return {
    exists: () => ask("exists") === true,
    size: () => Number(ask("logSize")),
    isBlank: () => ask("isBlank") === true,
    remove: () => void ask("removeBlank"),
  };
}
