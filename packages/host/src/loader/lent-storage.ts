import { RpcTarget } from "../modules/workers.ts";
import { emptyImage } from "../storage/image.ts";
import type { LentFile } from "../storage/object-store.ts";
import type { FileAnswer, FileRequest } from "./sync-channel.ts";

let template: Uint8Array | undefined;

/**
 * The file of a facet that runs in a cell: SQLite opens it there, everything else that touches the disk
 * is done here. What the cell cannot wait for comes as questions, the rest as calls.
 */
export class LentStorage extends RpcTarget {
  readonly #file: LentFile;
  readonly #onBroken: (reason: unknown) => void;
  #released: Promise<void> | undefined;

  constructor(file: LentFile, onBroken: (reason: unknown) => void) {
    super();
    this.#file = file;
    this.#onBroken = onBroken;
  }

  async durable(sequence: unknown): Promise<void> {
    await this.#file.journal.durable(Number(sequence));
  }

  mayFold(): Promise<boolean> {
    return this.#file.journal.mayFold();
  }

  async folded(): Promise<void> {
    await this.#file.journal.folded();
  }

  /** The facet has storage from now on. */
  async register(): Promise<void> {
    await this.#file.register();
  }

  /** The instance was reset. */
  broken(reason: unknown): void {
    this.#onBroken(reason);
  }

  /** The file is closed. Safe to call twice. */
  release(): Promise<void> {
    this.#released ??= this.#file.journal.release().finally(() => this.#file.closed());
    return this.#released;
  }

  answer(request: FileRequest): FileAnswer {
    if (this.#released !== undefined) return { failure: "The file was given back." };
    try {
      return { value: this.#answer(request) };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  }

  #answer({ ask, sequence }: FileRequest): number | boolean | undefined {
    const { path, files, journal } = this.#file;
    switch (ask) {
      case "exists":
        return files.exists(path);
      case "logSize":
        return files.size(`${path}-wal`);
      case "isBlank":
        return files.isBlank(path);
      case "removeBlank":
        if (files.isBlank(path)) files.remove(path);
        return undefined;
      case "create":
        template ??= emptyImage();
        journal.create(template);
        return undefined;
      case "remove":
        journal.remove();
        return undefined;
      case "committed":
        return journal.committed();
      case "isDurable":
        return journal.durable(sequence) === undefined;
      case "mayCheckpoint":
        return journal.mayCheckpoint();
      case "mayClose":
        return journal.mayClose();
      case "beforeFold":
        journal.beforeFold?.();
        return undefined;
      case "failed":
        journal.failed(new Error("SQLite could not sync the file of a facet."));
        return undefined;
      case "closed":
        journal.closed();
        return undefined;
    }
  }
}
