import { DatabaseSync } from "node:sqlite";

/**
 * The platform's side of one Durable Object, over all of its lives: storage in a real database in
 * memory, one alarm, sockets of the present life. Nothing runs by itself.
 */
export class TestObject {
  readonly name: string;
  readonly kv = new Map<string, unknown>();
  /** When the alarm fires, in milliseconds; null when none is set. */
  alarm: number | null = null;
  readonly background: Promise<unknown>[] = [];
  /** Reasons with which lives were ended. */
  readonly aborted: unknown[] = [];
  #database = new DatabaseSync(":memory:");

  constructor(name = "mine") {
    this.name = name;
  }

  /** Runs a statement on the object's database. */
  sql(query: string, ...values: unknown[]): Record<string, unknown>[] {
    const bound = values.map((value) => (typeof value === "boolean" ? Number(value) : value));
    const rows = this.#database.prepare(query).all(...(bound as (string | number | null)[]));
    return rows.map((row) => ({ ...row }));
  }

  /** What a new life of the object is constructed with. */
  life(): DurableObjectState {
    const { kv } = this;
    const life = {
      id: { name: this.name, toString: () => "id" },
      storage: {
        sql: { exec: (query: string, ...values: unknown[]) => cursor(this.sql(query, ...values)) },
        kv: {
          get: (key: string) => structuredClone(kv.get(key)),
          put: (key: string, value: unknown) => void kv.set(key, structuredClone(value)),
          delete: (key: string) => kv.delete(key),
        },
        getAlarm: async () => this.alarm,
        setAlarm: async (time: number) => this.#setAlarm(time),
        deleteAlarm: async () => this.#setAlarm(null),
        deleteAll: async () => this.#wipe(),
        sync: async () => undefined,
      },
      blockConcurrencyWhile: (body: () => Promise<unknown>) => body(),
      waitUntil: (work: Promise<unknown>) => void this.background.push(work),
      abort: (reason: unknown) => void this.aborted.push(reason),
      getWebSockets: () => [],
    };
    return life as unknown as DurableObjectState;
  }

  #setAlarm(time: number | null): void {
    this.alarm = time;
  }

  #wipe(): void {
    this.kv.clear();
    this.alarm = null;
    this.#database = new DatabaseSync(":memory:");
  }
}

function cursor(rows: Record<string, unknown>[]) {
  return { toArray: () => rows };
}
