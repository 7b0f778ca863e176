import { dirname } from "node:path";
import type { Descriptor, Files } from "../files.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import type { Random } from "../random.ts";
import { firstName, sealed } from "./first-image.ts";
import type { ObjectHistory } from "./history/object-history.ts";
import type { ObjectRecovery, Recovery } from "./history/recovery.ts";
import { ImageFile } from "./image-file.ts";
import type { Durability, JournalSequence, ObjectJournal } from "./journal.ts";
import { LogFile } from "./log-file.ts";
import type { LogSyncs, SyncPlace } from "./log-syncs.ts";
import { SharedFlush } from "./shared-flush.ts";
import { isAtHand, share } from "./shared-log/share.ts";
import type { SharedLog } from "./shared-log/shared-log.ts";

/** What one object's journal asks of the journal of all. */
export interface ObjectJournalOwner {
  /** Something was committed that no sync has reached: flush it within the bound. */
  unsynced(object: EmbeddedObjectJournal): void;
  syncDirectory(path: string): Promise<void>;
  /**
   * Whether a directory was synced since the journal was opened: the names in it are durable, apart from
   * those that an object which is open now has made.
   */
  isSynced(path: string): boolean;
  /** A sync failed. Answers with the error that everybody who waits receives. */
  failed(cause: Error): Error;
  released(): void;
  /** When and where logs are synced. */
  readonly syncs: LogSyncs;
  /** What several objects write is made durable there, in one sync. Absent where there is none. */
  readonly sharedLog?: SharedLog | undefined;
  /** How long a log may grow before it is long. */
  readonly logBytes: number;
  /** Objects up to this size are held in memory. */
  readonly imageBytes: number;
  readonly random: Random;
  /** Keeps the object's history. */
  readonly recovery?: Recovery | undefined;
  readonly key: ObjectKey;
}

/** The journal of one object file on this machine. */
export class EmbeddedObjectJournal implements ObjectJournal {
  readonly #path: string;
  readonly #logPath: string;
  readonly #files: Files;
  readonly #durability: Durability;
  readonly #owner: ObjectJournalOwner;
  readonly #shared: SharedFlush;
  readonly #history: ObjectHistory | undefined;
  readonly recovery: ObjectRecovery | undefined;
  readonly image: ImageFile | undefined;
  /**
   * The main file, held from `create` until its connection is closed: closing it earlier would drop
   * SQLite's locks.
   */
  #main: Descriptor | undefined;
  #mainSynced = false;
  /**
   * What was found of it is durable: a file that is held in memory gets its name when it is. Another may
   * have been left by a process that ended before.
   */
  #isMainKnown = false;
  /** The main file was made as a whole and does not have its own name yet. */
  #isFirst = false;
  #log: LogFile | undefined;
  /** Directories that gained or lost an entry since they were synced. */
  readonly #directories = new Set<string>();
  #pending = false;
  /** The file was removed, and the disk may not know yet. */
  #removed = false;
  /** How often the file was removed. */
  #lives = 0;
  readonly #copies = new Set<Promise<void>>();
  #released: Promise<void> | undefined;

  constructor(path: string, files: Files, durability: Durability, owner: ObjectJournalOwner) {
    this.#path = path;
    this.#logPath = `${path}-wal`;
    this.#files = files;
    this.#durability = durability;
    this.#owner = owner;
    this.#history = owner.recovery?.historyOf(path);
    this.recovery = this.#history && owner.recovery?.of(owner.key, this.#history);
    // History is read off what SQLite does to the file.
    if (this.#history === undefined && owner.imageBytes > 0) {
      this.image = new ImageFile({
        ...{ path, files, random: owner.random, mostBytes: owner.imageBytes },
        keepsAdded: owner.sharedLog !== undefined,
        create: (image, logSalts) => {
          if (durability === "memory") this.create(image);
          else this.#make(firstName(path), sealed(image, logSalts));
        },
        logged: (isNew) => oweLogName(this.#directories, dirname(path), isNew, owner),
      });
    }
    // The files of facets may be made by another process, which does not hold them in memory.
    this.#isMainKnown = this.image !== undefined && !owner.key.id.includes(".");
    this.#shared = new SharedFlush({
      flush: (place) => this.#sync(place),
      onFailure: (cause) => owner.failed(cause),
      begin: (begin) => {
        const isKnown = () => owner.sharedLog?.placeOf(this.#logPath) !== undefined;
        owner.syncs.begin(begin, this.#isLogAlone && (this.#log !== undefined || isKnown()));
      },
    });
  }

  create(image: Uint8Array): void {
    this.#make(this.#path, image);
  }

  /** Nothing of an earlier file may be found with the new one. */
  #make(path: string, bytes: Uint8Array): void {
    const made = this.#files.makeDirectory(dirname(path));
    for (const changed of made) this.#directories.add(changed);
    const sync = () => {
      if (this.#durability !== "memory") this.#files.syncPathNow(dirname(path));
    };
    // Names reach the disk in any order. The old file must never be found without its log, which is what a
    // deletion leaves behind, and the new file never with it.
    const leftOver = this.#files.exists(this.#logPath);
    if (leftOver) {
      sync();
      this.#files.remove(this.#logPath);
    }
    // An earlier process may have removed both just before its end: whoever takes a name that is durable
    // only later looks whose log he finds (`adoptFirst`), who has his own at once cannot.
    const isUnsure =
      path === this.#path && made.length === 0 && !this.#owner.isSynced(dirname(path));
    if (leftOver || this.#removed || isUnsure) sync();
    this.#removed = false;
    const main = this.#files.create(path, bytes);
    if (this.#durability === "memory") {
      this.#files.close(main);
      return;
    }
    this.#main = main;
    this.#mainSynced = false;
    this.#isFirst = path !== this.#path;
    this.#directories.add(dirname(path));
  }

  beforeFold(): void {
    const history = this.#history;
    if (history === undefined || !this.#files.exists(this.#path)) return;
    this.#owner.recovery?.attempt(() => {
      history.keepLog(this.#holdMain());
    });
  }

  remove(): void {
    const history = this.#history;
    // What is stored from now on is of another file: durable before this one goes. The connection is
    // closed, and with it the log: both were kept before.
    if (history !== undefined) this.#owner.recovery?.attempt(() => history.beginLine());
    this.closed();
    this.#files.remove(this.#isFirst ? firstName(this.#path) : this.#path);
    this.#isFirst = false;
    // Else it goes once the disk knows that its file is gone: a file alone would be an older one.
    if (this.#durability === "memory") this.#files.remove(this.#logPath);
    // What was held in memory and never stored has none.
    if (this.#files.exists(dirname(this.#path))) this.#directories.add(dirname(this.#path));
    this.#removed = true;
    this.#lives += 1;
    this.committed();
  }

  committed(): JournalSequence {
    const sequence = this.#shared.commit();
    if (!this.#pending && this.#durability !== "memory") {
      this.#pending = true;
      this.#owner.unsynced(this);
    }
    return sequence;
  }

  durable(sequence: JournalSequence): Promise<void> | undefined {
    const failure = this.#shared.failure;
    if (failure !== undefined) return Promise.reject(failure);
    return this.#durability === "strict" ? this.#shared.wait(sequence) : undefined;
  }

  failed(cause: Error): void {
    this.#shared.fail(cause);
  }

  mayCheckpoint(): boolean {
    return this.#shared.failure === undefined && this.#copies.size === 0;
  }

  isLogLong(): boolean {
    return this.#log?.isLongerThan(this.#owner.logBytes) ?? false;
  }

  mayClose(): boolean {
    if (!this.mayCheckpoint() || this.#shared.running !== undefined) return false;
    return !this.image?.isHeld || this.#durability === "memory" || this.#shared.isSettled;
  }

  /** All that was committed is in the file and its log, once the file has its name. */
  mayHandOver(): boolean {
    return this.mayCheckpoint() && !this.#isFirst;
  }

  copyTo(path: string): Promise<void> {
    const copy = this.#copy(path).finally(() => this.#copies.delete(copy));
    this.#copies.add(copy);
    return copy;
  }

  closed(): void {
    // The last close has folded the log into the main file and synced it; names may still be owed.
    if (this.#directories.size === 0 && !this.image?.isHeld) this.#shared.settle();
    this.image?.forget();
    const [main, log] = [this.#main, this.#log];
    this.#main = undefined;
    this.#log = undefined;
    const close = () => {
      if (main !== undefined) this.#files.close(main);
      log?.close();
    };
    // A descriptor that is in use must not be given back: its number could be taken anew.
    const running = this.#shared.running;
    const isRead = this.#copies.size > 0;
    if (running === undefined && !isRead) close();
    else Promise.all([running, Promise.allSettled(this.#copies)]).then(close, () => undefined);
  }

  async mayFold(): Promise<boolean> {
    // Without syncs there is nothing to order.
    await Promise.allSettled(this.#copies);
    if (this.#durability === "memory") return false;
    await settled(this.#shared);
    if (this.#shared.failure === undefined) this.beforeFold();
    // Without a log of ours there is nothing to fold.
    return this.#log !== undefined && this.#shared.failure === undefined;
  }

  async folded(): Promise<void> {
    this.#main ??= this.#files.open(this.#path);
    this.#mainSynced = false;
    this.#shared.commit();
    await settled(this.#shared);
  }

  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  /** Syncs what is committed, with nobody waiting. A failure is reported to the owner. */
  flush(): void {
    this.#pending = false;
    this.#shared.wait(this.#shared.committed)?.catch(() => undefined);
  }

  /**
   * The main file changes only when a log is folded into it, which waits for us. Then the log, at one
   * moment: after a fold SQLite begins it anew, and half of an old one would undo what is in the file.
   */
  async #copy(path: string): Promise<void> {
    const held = this.image?.stored;
    if (held !== undefined) {
      await this.#files.writeNew(path, held);
      return;
    }
    const lives = this.#lives;
    await this.#files.copy(this.#holdMain(), path);
    if (this.#lives !== lives) throw new Error("The object was deleted while it was being copied.");
    const log = this.#files.readBytes(this.#logPath);
    if (log !== undefined) await this.#files.writeNew(`${path}-wal`, log);
  }

  /** The main file, open until its connection is closed. */
  #holdMain(): Descriptor {
    if (this.#main === undefined) {
      this.#main = this.#files.open(this.#path);
      this.#mainSynced = this.#isMainKnown;
    }
    return this.#main;
  }

  async #release(): Promise<void> {
    await Promise.allSettled(this.#copies);
    if (this.image?.isHeld && this.#durability !== "memory") await settled(this.#shared);
    if (this.#shared.failure === undefined) {
      this.closed();
      if (this.#durability !== "memory") await settled(this.#shared);
      // The last sync may have opened the log again.
      if (this.#shared.failure === undefined) this.closed();
    }
    if (this.#history?.isUsed) this.#owner.recovery?.prune(this.#history);
    this.#history?.close();
    this.#owner.released();
  }

  #sync(place: SyncPlace): Promise<void> | undefined {
    const history = this.#history;
    const { key, sharedLog } = this.#owner;
    const added = this.image?.takeAdded();
    const [path, open] = [this.#logPath, () => this.#openLog()];
    const isShared = place === "shared" && sharedLog !== undefined;
    const atHand = isShared && isAtHand(sharedLog, path, added) ? added : undefined;
    // To open it shows whether its name is owed.
    if (atHand === undefined) open();
    if (isShared && this.#isLogAlone) {
      // Where the object is deleted meanwhile, what it had is durable when that is.
      const own = () =>
        this.#removed ? this.#owner.syncDirectory(dirname(path)) : open()?.sync("thread");
      return share(sharedLog, { path, object: keyText(key), open, own, added: atHand });
    }
    const main = this.#mainSynced ? undefined : this.#main;
    const isLogAlone = this.#isLogAlone;
    if (history !== undefined) this.#owner.recovery?.attempt(() => history.mark());
    // The length of a log says where its history stands.
    else this.#log?.makeRoom();
    // Of what is held in memory the place is at hand.
    const know = () => added && sharedLog?.know(path, added.end);
    const log = this.#log?.sync(isLogAlone ? place : "thread");
    if (isLogAlone && log === undefined) {
      know();
      return undefined;
    }
    const removal = this.#removed ? this.#lives : undefined;
    const names = [...this.#directories].map((each) => this.#owner.syncDirectory(each));
    this.#directories.clear();
    return Promise.all([log, ...names, main && this.#files.sync(main)]).then(() => {
      this.#synced(main);
      if (this.#removed && removal === this.#lives) this.#files.remove(this.#logPath);
      know();
    });
  }

  /** Whether the disk knows all but what is in the log. */
  get #isLogAlone(): boolean {
    return (this.#main === undefined || this.#mainSynced) && this.#directories.size === 0;
  }

  #openLog(): LogFile | undefined {
    const path = this.#logPath;
    if (this.#log !== undefined || this.#removed || !this.#files.exists(path)) return this.#log;
    this.#log = new LogFile(this.#files, this.#owner.syncs, path);
    // SQLite makes the log anew whenever it opens the file.
    oweLogName(this.#directories, dirname(path), !this.image?.isHeld, this.#owner);
    if (!this.#isMainKnown) this.#holdMain();
    return this.#log;
  }

  #synced(main: Descriptor | undefined): void {
    if (main === undefined || main !== this.#main) return;
    this.#mainSynced = true;
    this.#isMainKnown = true;
    if (!this.#isFirst) return;
    // The name need not be synced: under the one or the other the file is found, and is whole.
    this.#isFirst = false;
    this.#files.rename(firstName(this.#path), this.#path);
    if (this.#copies.size > 0) return;
    this.#main = undefined;
    this.#files.close(main);
  }
}

/** Resolves when everything committed is durable, or lost. */
async function settled(shared: SharedFlush): Promise<void> {
  await shared.running?.catch(() => undefined);
  await shared.wait(shared.committed)?.catch(() => undefined);
}

/** A log's name must be durable as well. One that was found is, once its directory was synced. */
function oweLogName(
  owed: Set<string>,
  directory: string,
  isNew: boolean,
  { isSynced }: Pick<ObjectJournalOwner, "isSynced">,
): void {
  if (isNew || !isSynced(directory)) owed.add(directory);
}
