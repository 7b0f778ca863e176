import { keyText, type ObjectKey } from "../objects/key.ts";
import type { Database } from "../storage/database.ts";
import type { HostDatabase } from "../storage/host-database.ts";
import type { AlarmIndex } from "./alarms.ts";
import { newAlarm, type PendingAlarm } from "./decide.ts";

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS alarms (
    namespace TEXT NOT NULL,
    id TEXT NOT NULL,
    time INTEGER NOT NULL,
    wake INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    uncounted INTEGER NOT NULL,
    PRIMARY KEY (namespace, id)
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS unsettled (
    namespace TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (namespace, id)
  ) WITHOUT ROWID`,
] as const;

/** What the index knows of one object. `alarm` is replaced as a whole when it changes. */
export interface IndexedAlarm {
  readonly key: ObjectKey;
  alarm: PendingAlarm;
}

interface Entry extends IndexedAlarm {
  /** Answers when the time is on disk; `undefined` when it is. */
  durable: () => Promise<void> | undefined;
}

/** The alarm index in the host's own database, with all of it in memory. */
export class StoredAlarmIndex implements AlarmIndex {
  readonly #host: HostDatabase;
  readonly #entries = new Map<string, Entry>();
  readonly #unsettled = new Set<string>();
  #listener: ((entry: IndexedAlarm) => void) | undefined;

  constructor(host: HostDatabase) {
    this.#host = host;
    const database = host.read();
    for (const statement of SCHEMA) database.run(statement);
    const rows = database.all("SELECT namespace, id, time, wake, counted, uncounted FROM alarms");
    for (const [namespace, id, ...numbers] of rows) {
      const [time, wake, counted, uncounted] = numbers.map(Number) as [
        number,
        number,
        number,
        number,
      ];
      const key = { namespace: String(namespace), id: String(id) };
      const alarm = { time, wake, counted, uncounted };
      this.#entries.set(keyText(key), { key, alarm, durable: () => undefined });
    }
  }

  /** Every alarm, and from now on each that was set. */
  watch(listener: (entry: IndexedAlarm) => void): void {
    this.#listener = listener;
    for (const entry of this.#entries.values()) listener(entry);
  }

  get(key: ObjectKey): number | undefined {
    return this.#entries.get(keyText(key))?.alarm.time;
  }

  /** What the index holds now for an entry that it gave out. */
  current(entry: IndexedAlarm): IndexedAlarm | undefined {
    return this.#entries.get(keyText(entry.key));
  }

  put(key: ObjectKey, time: number): Promise<void> | undefined {
    const text = keyText(key);
    const known = this.#entries.get(text);
    if (known?.alarm.time === time) return known.durable();
    const alarm = newAlarm(time);
    const durable = this.#host.change((database) => write(database, key, alarm));
    const entry = known ?? { key, alarm, durable };
    const earlier = known === undefined || time < known.alarm.time;
    entry.alarm = alarm;
    entry.durable = durable;
    this.#entries.set(text, entry);
    this.#listener?.(entry);
    return earlier ? durable() : undefined;
  }

  remove(key: ObjectKey): void {
    if (!this.#entries.delete(keyText(key))) return;
    const { namespace, id } = key;
    this.#host.change((database) => {
      database.run("DELETE FROM alarms WHERE namespace = ? AND id = ?", namespace, id);
    });
  }

  /** No object, or none of a namespace, has an alarm any more. */
  clear(namespace?: string): void {
    for (const [text, { key }] of this.#entries) {
      if (namespace !== undefined && key.namespace !== namespace) continue;
      this.#entries.delete(text);
      this.#unsettled.delete(text);
    }
    if (namespace === undefined) this.#unsettled.clear();
    this.#host.change((database) => {
      for (const table of ["alarms", "unsettled"]) {
        if (namespace === undefined) database.run(`DELETE FROM ${table}`);
        else database.run(`DELETE FROM ${table} WHERE namespace = ?`, namespace);
      }
    });
  }

  /** Another try of the same alarm. A restart goes on from here. */
  retry(entry: IndexedAlarm, alarm: PendingAlarm): void {
    entry.alarm = alarm;
    this.#host.change((database) => write(database, entry.key, alarm));
    this.#listener?.(entry);
  }

  unsettle(key: ObjectKey): void {
    const text = keyText(key);
    if (this.#unsettled.has(text)) return;
    this.#unsettled.add(text);
    const { namespace, id } = key;
    this.#host.change((database) => {
      database.run("INSERT OR IGNORE INTO unsettled VALUES (?, ?)", namespace, id);
    });
  }

  settle(key: ObjectKey): void {
    this.#unsettled.delete(keyText(key));
    const { namespace, id } = key;
    this.#host.change((database) => {
      database.run("DELETE FROM unsettled WHERE namespace = ? AND id = ?", namespace, id);
    });
  }

  /** Objects whose alarm was in motion when the host last stopped uncleanly. */
  unsettled(): ObjectKey[] {
    const rows = this.#host.read().all("SELECT namespace, id FROM unsettled");
    return rows.map(([namespace, id]) => ({ namespace: String(namespace), id: String(id) }));
  }
}

function write(database: Database, { namespace, id }: ObjectKey, alarm: PendingAlarm): void {
  const { time, wake, counted, uncounted } = alarm;
  const numbers = [time, wake, counted, uncounted].map(BigInt);
  database.run(
    "INSERT OR REPLACE INTO alarms VALUES (?, ?, ?, ?, ?, ?)",
    namespace,
    id,
    ...numbers,
  );
}
