import { setImmediate } from "node:timers";
import type { AlarmIndex } from "../alarms/alarms.ts";
import type { JournalSequence, ObjectJournal } from "../journal/journal.ts";
import type { ObjectKey } from "../objects/key.ts";
import type { AlarmCell } from "./alarm-cell.ts";
import type { StoreSession } from "./session.ts";

export interface CommitsOptions {
  readonly key: ObjectKey;
  readonly journal: ObjectJournal;
  readonly session: StoreSession;
  readonly alarm: AlarmCell;
  readonly index: AlarmIndex;
  /** The first write since the last commit. */
  readonly onFirstWrite: () => void;
  /** The first write of this activation. Resolves when the catalogue knows the object. */
  readonly register: () => Promise<void> | undefined;
  /** Called now and then: the log may have grown so that it should be folded into the file. */
  readonly onManyCommits: () => void;
}

const MANY_COMMITS = 64;

/**
 * When turns are committed, and when what they wrote is durable.
 *
 * An alarm that moves earlier has to be in the alarm index before the object's own commit, else a crash
 * between the two would lose it. Such a commit is put off until the index is durable; turns that end
 * meanwhile join the same transaction.
 */
export class Commits {
  readonly #options: CommitsOptions;
  /** The turn has written. */
  #written = false;
  /** The transaction holds writes that what leaves the object has to wait for. */
  #confirmed = false;
  #last: JournalSequence = 0;
  /** The last commit that has to be waited for. */
  #gated: JournalSequence = 0;
  #putOff: Promise<void> | undefined;
  #registration: Promise<void> | undefined;
  #registered = false;
  #asynchronous = 0;
  #commits = 0;
  /** How many commits have moved the alarm. */
  #moves = 0;
  #waiting: (() => void)[] = [];

  constructor(options: CommitsOptions) {
    this.#options = options;
  }

  /** The commit that waits for the alarm index. */
  get putOff(): Promise<void> | undefined {
    return this.#putOff;
  }

  /** Before each write. */
  wrote(confirmed: boolean): void {
    if (confirmed) this.#confirmed = true;
    if (!this.#written) {
      this.#written = true;
      this.#options.onFirstWrite();
    }
    if (!this.#registered) this.#register();
  }

  commit(): void {
    this.#written = false;
    const { session } = this.#options;
    if (!session.transactions.open || session.broken) return;
    if (this.#putOff !== undefined || this.#asynchronous > 0) return;
    const indexed = this.#announce();
    if (indexed === undefined) this.#commitNow();
    else
      this.#putOff = indexed.then(betweenTurns).then(
        () => this.#resume(),
        (error) => this.#refused(error),
      );
  }

  /** Everything gated that was written before is durable. Implies {@link commit}. */
  durable(): Promise<void> | undefined {
    this.commit();
    const { session } = this.#options;
    if (session.broken !== undefined) return Promise.reject(session.broken.reason);
    if (this.#putOff !== undefined) return this.#putOff.then(() => this.durable());
    if (this.#gated === 0) return undefined;
    const { journal } = this.#options;
    const synced = journal.durable(this.#gated);
    if (this.#registration === undefined) return synced;
    return Promise.all([synced, this.#registration]).then(() => undefined);
  }

  /** Everything that this turn wrote is durable. Leaves it to the activation to end the turn. */
  async settled(): Promise<void> {
    await this.committed();
    await this.#options.journal.durable(this.#last);
  }

  /** Everything that this turn wrote is committed. The same goes for it. */
  async committed(): Promise<void> {
    // A transaction that waits for itself would never end.
    if (this.#options.session.transactions.open && this.#asynchronous === 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#options.session.check();
  }

  /**
   * Runs an asynchronous transaction: until `action` is over nothing is committed. What was written
   * before is committed first, so that effects of `action` need not wait for its own end.
   */
  async asynchronously<T>(action: () => Promise<T>): Promise<T> {
    const outer = this.#asynchronous === 0;
    if (outer) {
      this.commit();
      while (this.#putOff !== undefined) await this.#putOff;
    }
    this.#asynchronous += 1;
    try {
      return await action();
    } finally {
      this.#asynchronous -= 1;
      if (outer) this.commit();
    }
  }

  /** Everything was deleted, which is one commit by itself. */
  deleted(): void {
    this.#registered = false;
    this.#registration = undefined;
    this.#confirmed = true;
    this.#committed();
  }

  /** Lets go of whoever waits for a commit that will not come. */
  broken(): void {
    this.#wake();
  }

  #register(): void {
    this.#registered = true;
    const registration = this.#options.register();
    if (registration === undefined) return;
    this.#registration = registration;
    const done = () => {
      if (this.#registration === registration) this.#registration = undefined;
    };
    registration.then(done, (error) => this.#refused(error));
  }

  /** Tells the index of an alarm that moved earlier. Answers when the index is durable. */
  #announce(): Promise<void> | undefined {
    const { alarm, index, key } = this.#options;
    const time = alarm.changed ? alarm.stored : null;
    if (time === null) return undefined;
    const known = index.get(key);
    // An equal time may have been put by an earlier activation and not be durable yet.
    return known === undefined || time <= known ? index.put(key, time) : undefined;
  }

  #resume(): void {
    this.#putOff = undefined;
    this.commit();
  }

  #refused(error: unknown): void {
    this.#putOff = undefined;
    this.#options.session.fail(error instanceof Error ? error : new Error(String(error)));
  }

  #commitNow(): void {
    this.#options.session.commit();
    this.#committed();
  }

  #committed(): void {
    const { journal, alarm } = this.#options;
    this.#last = journal.committed();
    if (this.#confirmed) this.#gated = this.#last;
    this.#confirmed = false;
    this.#wake();
    if (alarm.changed) this.#follow();
    this.#commits += 1;
    if (this.#commits >= MANY_COMMITS) {
      this.#commits = 0;
      this.#options.onManyCommits();
    }
  }

  /** An alarm that moved later, or went, reaches the index only once the commit is durable. */
  #follow(): void {
    const { journal, alarm, index, key } = this.#options;
    const time = alarm.stored;
    alarm.changed = false;
    const move = ++this.#moves;
    if (index.get(key) === (time ?? undefined)) return;
    const follow = () => {
      // A later commit has moved the alarm again, perhaps to the same time, and follows by itself:
      // until that one is durable, the index has to stay as early as every commit that may survive.
      if (alarm.changed || this.#moves !== move) return;
      if (time === null) index.remove(key);
      else void index.put(key, time);
    };
    const synced = journal.durable(this.#last);
    if (synced === undefined) follow();
    else synced.then(follow, (error) => this.#refused(error));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** The object's code may go on right behind what was waited for: no commit may take half of a turn. */
function betweenTurns(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
