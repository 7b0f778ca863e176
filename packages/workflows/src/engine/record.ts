import { decodeValue } from "@freehold/host";
import type { InstanceStorage } from "../journal/storage.ts";
import { INSTANCE_TABLE } from "../schema.ts";
import type { Status } from "../wire.ts";

/** Which cron pattern made an instance, and when it was due. */
export interface Schedule {
  readonly cron: string;
  readonly scheduledTime: number;
}

/** What an instance is made with. */
export interface InstanceOptions {
  readonly id: string;
  /** Encoded. */
  readonly params: Uint8Array | undefined;
  /** How long it is kept after its end, in milliseconds. */
  readonly retention: { readonly successMs: number; readonly errorMs: number };
  readonly schedule?: Schedule;
}

interface Details extends Pick<InstanceOptions, "retention"> {
  readonly schedule?: Schedule;
}

/** Where an instance stands. Times are in milliseconds since the epoch. */
export interface InstanceRow extends Details {
  readonly id: string;
  readonly status: Status;
  readonly created: number;
  readonly finished: number | undefined;
  /** Since when it is paused. */
  readonly paused: number | undefined;
}

const FINISHED: ReadonlySet<Status> = new Set(["complete", "errored", "terminated"]);

export function isFinished(status: Status): boolean {
  return FINISHED.has(status);
}

/** The one row of an instance's own table. */
export class InstanceRecord {
  readonly #storage: InstanceStorage;
  #row: InstanceRow | undefined;
  #isRead = false;

  constructor(storage: InstanceStorage) {
    this.#storage = storage;
  }

  /** `undefined` when there is no such instance. */
  get row(): InstanceRow | undefined {
    if (!this.#isRead) this.#row = this.#read();
    this.#isRead = true;
    return this.#row;
  }

  create(
    { id, params, retention, schedule }: InstanceOptions,
    status: "running" | "queued",
    now: number,
  ): void {
    const details: Details = { retention, ...(schedule && { schedule }) };
    const row = { id, status, created: now };
    this.#storage.sql.exec(INSTANCE_TABLE);
    this.#storage.sql.exec(
      "INSERT INTO instance VALUES (1, ?, ?, ?, NULL, NULL, ?, ?)",
      ...[id, row.status, now, JSON.stringify(details)],
      params ?? null,
    );
    this.#row = { ...row, ...details, finished: undefined, paused: undefined };
    this.#isRead = true;
  }

  /** What the instance was made with: a new copy with each call. */
  params(): unknown {
    const [row] = this.#storage.sql.exec("SELECT params FROM instance").toArray();
    const bytes = row?.params;
    return bytes instanceof ArrayBuffer ? decodeValue(new Uint8Array(bytes)) : undefined;
  }

  /** @param now when a status that ends, or pauses, the instance began */
  setStatus(status: Status, now: number): void {
    const { row } = this;
    if (row === undefined) return;
    const finished = isFinished(status) ? now : undefined;
    const paused = status === "paused" ? now : undefined;
    this.#storage.sql.exec(
      "UPDATE instance SET status = ?, finished = ?, paused = ?",
      ...[status, finished ?? null, paused ?? null],
    );
    this.#row = { ...row, status, finished, paused };
  }

  /** The instance and all of its storage are gone. */
  forget(): void {
    this.#row = undefined;
    this.#isRead = true;
  }

  #read(): InstanceRow | undefined {
    const known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'instance'";
    if (this.#storage.sql.exec(known).toArray().length === 0) return undefined;
    const [row] = this.#storage.sql
      .exec("SELECT id, status, created, finished, paused, details FROM instance")
      .toArray();
    if (row === undefined) return undefined;
    return {
      id: String(row.id),
      status: String(row.status) as Status,
      created: Number(row.created),
      finished: row.finished === null ? undefined : Number(row.finished),
      paused: row.paused === null ? undefined : Number(row.paused),
      ...(JSON.parse(String(row.details)) as Details),
    };
  }
}
