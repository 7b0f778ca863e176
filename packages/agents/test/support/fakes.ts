import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../src/clock.ts";
import type { AlarmSlot } from "../../src/jobs/alarm.ts";
import type { Random } from "../../src/random.ts";
import { type SqlRunner, sqlRunner } from "../../src/storage/sql.ts";

/** A clock that stands still until the test moves it. */
export class TestClock implements Clock {
  #now: number;
  #timers: { at: number; run: () => void }[] = [];
  /** How long each `sleep` was asked to last. */
  readonly slept: number[] = [];

  constructor(start = 1_000_000_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Passes at once, and takes the time it was given. */
  async sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.advance(milliseconds);
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }

  /** Timers that have not run. */
  get pending(): number {
    return this.#timers.length;
  }
}

/** Chance without chance: the same fraction each time, identifiers by number. */
export function fixedRandom(fraction = 1): Random {
  let count = 0;
  return { fraction: () => fraction, id: () => `id-${++count}` };
}

/**
 * A real SQLite database in memory; `statements` has every statement that was run, `reopen` gives what
 * a next life of the object runs statements with.
 */
export function memorySql(): { sql: SqlRunner; statements: string[]; reopen(): SqlRunner } {
  const database = new DatabaseSync(":memory:");
  const statements: string[] = [];
  const reopen = () =>
    sqlRunner({
      exec(query, ...values) {
        statements.push(query);
        const bound = values.map((value) => (typeof value === "boolean" ? Number(value) : value));
        const rows = database.prepare(query).all(...(bound as (string | number | null)[]));
        return { toArray: () => rows.map((row) => ({ ...row })) };
      },
    });
  return { sql: reopen(), statements, reopen };
}

/** An alarm that only remembers; `writes` counts how often it was set or deleted. */
export class TestAlarm implements AlarmSlot {
  at: number | null = null;
  writes = 0;

  async get(): Promise<number | null> {
    return this.at;
  }

  async set(time: number): Promise<void> {
    this.at = time;
    this.writes++;
  }

  async delete(): Promise<void> {
    this.at = null;
    this.writes++;
  }
}

/** One end of a WebSocket, as the platform hands it to an object. */
export class FakeSocket {
  readyState = 1;
  readonly sent: unknown[] = [];
  closedWith: [code: number | undefined, reason: string | undefined] | undefined;
  attachment: unknown = null;
  /** How often the attachment was read and written. */
  reads = 0;
  writes = 0;

  send(message: unknown): void {
    if (this.readyState !== 1) throw new TypeError("Can't call WebSocket send() after close().");
    this.sent.push(message);
  }

  close(code?: number, reason?: string): void {
    this.closedWith = [code, reason];
    this.readyState = 3;
  }

  serializeAttachment(value: unknown): void {
    this.writes++;
    this.attachment = structuredClone(value);
  }

  deserializeAttachment(): unknown {
    this.reads++;
    return structuredClone(this.attachment);
  }

  /** The same socket after the object slept: a new one with the same attachment. */
  woken(): FakeSocket {
    const socket = new FakeSocket();
    socket.attachment = this.attachment;
    return socket;
  }

  /** Those with a tag, as the platform finds them; without a tag, all. */
  static tagged(sockets: readonly FakeSocket[], tag: string | undefined): WebSocket[] {
    const has = ({ attachment }: FakeSocket) => {
      const { __pk } = (attachment ?? {}) as { __pk?: { tags: string[] } };
      return tag === undefined || __pk?.tags.includes(tag);
    };
    return sockets.filter(has).map((socket) => socket.asWebSocket);
  }

  /** As the type the rooms take. */
  get asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }
}
