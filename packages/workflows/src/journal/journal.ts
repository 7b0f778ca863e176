import type { Clock } from "@freehold/host";
import { decodeValue } from "@freehold/host";
import {
  CHUNKS_TABLE,
  EVENT_NUMBERS,
  EVENTS_TABLE,
  type EventType,
  eventTypeOf,
  INBOX_TABLE,
} from "../schema.ts";
import { type JournalEvent, kindOf, type Note, type StepKind } from "./history.ts";
import type { InstanceStorage } from "./storage.ts";

/** An event that is about to be written. */
export interface NewEvent {
  readonly type: EventType;
  readonly step?: string;
  readonly note?: Note;
  /** A value of the program, encoded. */
  readonly value?: Uint8Array;
}

/** An event from outside that waits for a step to take it. */
export interface InboxEvent {
  readonly id: number;
  readonly sentAt: number;
  readonly payload: Uint8Array | null;
}

export interface JournalOptions {
  /** How much the instance may store in all. */
  readonly maxBytes: number;
  readonly onAppend: () => void;
}

const COLUMNS = 6;

/**
 * The events of one instance, on disk. Owned by the instance's object: there is one at a time, so the
 * ids are counted in memory. What is appended in one call is one statement, and with all else of the
 * turn one transaction.
 */
export class Journal {
  readonly #storage: InstanceStorage;
  readonly #clock: Clock;
  readonly #options: JournalOptions;
  #lastId: number | undefined;
  #hasInbox = false;
  #hasChunks = false;

  constructor(storage: InstanceStorage, clock: Clock, options: JournalOptions) {
    this.#storage = storage;
    this.#clock = clock;
    this.#options = options;
  }

  /** The id of the event that was written last; 0 before the first. */
  get lastId(): number {
    this.#lastId ??= this.#exists("events")
      ? Number(this.#one("SELECT max(id) AS id FROM events")?.id ?? 0)
      : 0;
    return this.#lastId;
  }

  get maxBytes(): number {
    return this.#options.maxBytes;
  }

  /** Whether so much more may be stored. */
  hasRoom(bytes: number): boolean {
    return this.#storage.sql.databaseSize + bytes <= this.maxBytes;
  }

  create(): void {
    this.#storage.sql.exec(EVENTS_TABLE);
    this.#lastId = 0;
  }

  /** Writes events, and answers them with their ids and times. */
  append(...events: readonly NewEvent[]): readonly JournalEvent[] {
    const at = this.#clock.now();
    let id = this.lastId;
    const written = events.map(({ type, step, note }): JournalEvent => {
      id += 1;
      return { id, at, type, step, note };
    });
    const row = `(${Array.from({ length: COLUMNS }, () => "?").join(", ")})`;
    const rows = events.map(() => row).join(", ");
    const values = written.flatMap((event, index) => [
      event.id,
      at,
      EVENT_NUMBERS[event.type],
      event.step ?? null,
      event.note === undefined ? null : JSON.stringify(event.note),
      events[index]?.value ?? null,
    ]);
    this.#storage.sql.exec(`INSERT INTO events VALUES ${rows}`, ...values);
    this.#lastId = id;
    this.#options.onAppend();
    return written;
  }

  /** All events after one, oldest first; at most `limit`. */
  read(after = 0, limit = Number.MAX_SAFE_INTEGER): JournalEvent[] {
    const rows = this.#storage.sql.exec(
      "SELECT id, at, type, step, note FROM events WHERE id > ? ORDER BY id LIMIT ?",
      after,
      limit,
    );
    const events = Array.from(rows, ({ id, at, type, step, note }) => ({
      id: Number(id),
      at: Number(at),
      type: eventTypeOf(Number(type)),
      ...(step !== null && { step: String(step) }),
      ...(note !== null && { note: JSON.parse(String(note)) as Note }),
    }));
    if (after === 0 && limit >= Number.MAX_SAFE_INTEGER) this.#lastId ??= events.at(-1)?.id ?? 0;
    return events;
  }

  /** The program's value of an event; `undefined` when it has none. */
  value(id: number): unknown {
    const bytes = this.#one("SELECT value FROM events WHERE id = ?", id)?.value;
    return bytes instanceof ArrayBuffer ? decodeValue(new Uint8Array(bytes)) : undefined;
  }

  /** What the instance ended with. */
  lastOf(...types: readonly EventType[]): JournalEvent | undefined {
    const numbers = types.map((type) => EVENT_NUMBERS[type]).join(", ");
    const id = this.#one(`SELECT max(id) AS id FROM events WHERE type IN (${numbers})`)?.id;
    return id === null || id === undefined ? undefined : this.read(Number(id) - 1, 1)[0];
  }

  /**
   * Forgets what was sent, taken or not, and what happened; or of that only what happened with and after
   * an event, and what else belongs to steps that are not kept. Ids are not given again: something is
   * appended at once.
   */
  forget(first: number | undefined, keeps: (kind: StepKind, label: string) => boolean): void {
    const last = this.lastId;
    if (first === undefined) {
      for (const table of ["events", "inbox", "chunks"]) {
        if (this.#exists(table)) this.#storage.sql.exec(`DELETE FROM ${table}`);
      }
    } else {
      if (this.#exists("inbox")) this.#storage.sql.exec("DELETE FROM inbox");
      for (const { id, type, step } of this.read()) {
        const kind = kindOf(type);
        const isKept = kind === undefined ? id < first : keeps(kind, step ?? "");
        if (!isKept) this.#storage.sql.exec("DELETE FROM events WHERE id = ?", id);
      }
    }
    this.#lastId = last;
  }

  send(type: string, payload: Uint8Array | null): void {
    if (!this.#hasInbox) this.#storage.sql.exec(INBOX_TABLE);
    this.#hasInbox = true;
    const now = this.#clock.now();
    const columns = "INSERT INTO inbox (at, type, payload) VALUES (?, ?, ?)";
    this.#storage.sql.exec(columns, now, type, payload);
  }

  /** The oldest event of a type that nobody has taken. */
  peek(type: string): InboxEvent | undefined {
    this.#hasInbox ||= this.#exists("inbox");
    if (!this.#hasInbox) return undefined;
    const row = this.#one(
      "SELECT id, at, payload FROM inbox WHERE type = ? ORDER BY id LIMIT 1",
      type,
    );
    if (row === undefined) return undefined;
    const { payload } = row;
    const bytes = payload instanceof ArrayBuffer ? new Uint8Array(payload) : null;
    return { id: Number(row.id), sentAt: Number(row.at), payload: bytes };
  }

  take(event: InboxEvent): void {
    this.#storage.sql.exec("DELETE FROM inbox WHERE id = ?", event.id);
  }

  addChunk(step: string, attempt: number, number: number, bytes: Uint8Array): void {
    if (!this.#hasChunks) this.#storage.sql.exec(CHUNKS_TABLE);
    this.#hasChunks = true;
    this.#storage.sql.exec("INSERT INTO chunks VALUES (?, ?, ?, ?)", step, attempt, number, bytes);
  }

  chunk(step: string, attempt: number, number: number): Uint8Array | undefined {
    const bytes = this.#one(
      "SELECT bytes FROM chunks WHERE step = ? AND attempt = ? AND number = ?",
      step,
      attempt,
      number,
    )?.bytes;
    return bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : undefined;
  }

  dropChunks(step: string): void {
    if (this.#exists("chunks")) this.#storage.sql.exec("DELETE FROM chunks WHERE step = ?", step);
  }

  #exists(table: string): boolean {
    const known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
    return this.#one(known, table) !== undefined;
  }

  #one(query: string, ...bindings: unknown[]): Readonly<Record<string, unknown>> | undefined {
    return this.#storage.sql.exec(query, ...bindings).toArray()[0];
  }
}
