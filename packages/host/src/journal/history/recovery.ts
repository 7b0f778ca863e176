import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { FreeholdError } from "../../errors.ts";
import type { Files } from "../../files.ts";
import type { ObjectKey } from "../../objects/key.ts";
import { fromBookmark, LAST, toBookmark } from "./bookmark.ts";
import { ObjectHistory } from "./object-history.ts";

/** Which objects are to be brought back when they next start. */
export interface PendingRestores {
  get(key: ObjectKey): string | undefined;
  /** Resolves when it is durable. */
  put(key: ObjectKey, bookmark: string): Promise<void>;
  remove(key: ObjectKey): Promise<void>;
}

export interface RecoveryOptions {
  readonly files: Files;
  readonly now: () => number;
  /** How long objects can be brought back, in milliseconds. */
  readonly keepMs: number;
  readonly pending: PendingRestores;
  /** Changes each time that nothing was kept for a while. */
  readonly recording: number;
  /** Folds a file's log into the file. Nobody has it open. */
  fold(path: string): void;
  /** The object is about to hold what is in a file, or nothing. Resolves when it will wake in time. */
  announce(key: ObjectKey, path: string | undefined): Promise<void>;
  /** It does. */
  restored(key: ObjectKey, path: string | undefined): Promise<void>;
  /** Hears of failures: they stop the recording, or a restore, and never the object. */
  readonly onError: (error: unknown) => void;
}

/** What an object can ask of its own history. */
export interface ObjectRecovery {
  /** Where it is now, as of the last commit. */
  current(): string;
  /** @throws FreeholdError `BOOKMARK_UNKNOWN` when that is not kept */
  at(time: number): string;
  /**
   * Brings the object back when it next starts.
   *
   * @returns what takes that back
   * @throws FreeholdError `BOOKMARK_INVALID`, `BOOKMARK_UNKNOWN`
   */
  restoreNext(bookmark: string): Promise<string>;
}

/** Brings objects back to earlier moments. */
export class Recovery {
  readonly #options: RecoveryOptions;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  historyOf(path: string): ObjectHistory {
    return new ObjectHistory(path, this.#options.now, this.#options.recording);
  }

  of(key: ObjectKey, history: ObjectHistory): ObjectRecovery {
    const { pending } = this.#options;
    return {
      current: () => toBookmark(key, history.current),
      at: (time) => {
        const moment = time >= this.#options.now() ? history.current : history.at(time);
        if (moment === undefined) throw tooOld();
        return toBookmark(key, moment);
      },
      restoreNext: async (bookmark) => {
        history.check(fromBookmark(key, bookmark));
        const { line } = history.current;
        await pending.put(key, bookmark);
        return toBookmark(key, { line, log: LAST, frames: LAST });
      },
    };
  }

  isPending(key: ObjectKey): boolean {
    return this.#options.pending.get(key) !== undefined;
  }

  /**
   * Does what is pending, while nobody has the object. A crash at any point leaves the object as it was,
   * with the restore still pending, or brought back; doing it twice does no harm.
   */
  async restore(key: ObjectKey, path: string): Promise<void> {
    const { pending, onError } = this.#options;
    const bookmark = pending.get(key);
    if (bookmark === undefined) return;
    try {
      await this.#restore(key, path, bookmark);
    } catch (error) {
      // The object starts as it was. Trying again at each start would not help.
      onError(error);
    }
    await pending.remove(key);
  }

  /** Forgets what is older than is kept. */
  prune(history: ObjectHistory): void {
    this.attempt(() => history.prune(this.#options.now() - this.#options.keepMs));
  }

  /** Recording must never stop the object. */
  attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#options.onError(
        new FreeholdError("HISTORY_FAILED", "The history of an object could not be written.", {
          help: "See that the disk has room: until then moments are missing from it.",
          cause,
        }),
      );
    }
  }

  async #restore(key: ObjectKey, path: string, bookmark: string): Promise<void> {
    const { files, announce, restored } = this.#options;
    const history = this.historyOf(path);
    this.#keepPresent(history, path);
    const image = history.imageAt(fromBookmark(key, bookmark));
    const next = image === undefined ? undefined : `${path}-restoring`;
    if (image !== undefined && next !== undefined) {
      rmSync(next, { force: true });
      await files.writeNew(next, image);
    }
    await announce(key, next);
    // Durable before the file changes: logs of the old file never follow the new one.
    history.beginLine();
    files.remove(`${path}-wal`);
    if (existsSync(parentOf(path))) files.syncPathNow(parentOf(path));
    if (next === undefined) files.remove(path);
    else files.rename(next, path);
    if (existsSync(parentOf(path))) files.syncPathNow(parentOf(path));
    await restored(key, next === undefined ? undefined : path);
  }

  /** So that the restore can be taken back. */
  #keepPresent(history: ObjectHistory, path: string): void {
    const { files, fold, onError } = this.#options;
    // A file whose name reached the disk before its content never held anything.
    if (!existsSync(path) || files.isBlank(path)) return;
    const main = openSync(path, "r");
    try {
      history.keepBase(main);
      history.keepLog(main);
    } finally {
      closeSync(main);
      history.close();
    }
    try {
      fold(path);
    } catch (error) {
      // It is damaged, which may be why somebody wants an earlier moment: it stays beside the new file.
      onError(error);
      files.rename(path, `${path}-damaged`);
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function tooOld(): FreeholdError {
  return new FreeholdError("BOOKMARK_UNKNOWN", "Nothing is kept of the object that is so old.", {
    help: "Ask for a later time, or keep more: `recoveryHours` of freehold.config.ts.",
  });
}
