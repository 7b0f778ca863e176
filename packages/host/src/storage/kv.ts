import { storageErrors } from "../contract-errors.ts";
import type { Binding, Column, Database } from "./database.ts";
import { HelpedIterator } from "./helped-iterator.ts";
import { Call, type Confirmed, type ListRange } from "./kv-arguments.ts";
import { decodeValue, encodeValue } from "./kv-values.ts";
import type { StoreSession } from "./session.ts";
import { isObject, platformClass } from "./shape.ts";

const TABLE_EXISTS = "SELECT 1 FROM sqlite_master WHERE name = '_cf_KV'";
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS _cf_KV (
        key TEXT PRIMARY KEY,
        value BLOB
      ) WITHOUT ROWID`;
const GET = "SELECT value FROM _cf_KV WHERE key = CAST(? AS TEXT)";
const PUT = "INSERT OR REPLACE INTO _cf_KV VALUES (CAST(? AS TEXT), ?)";
const DELETE = "DELETE FROM _cf_KV WHERE key = CAST(? AS TEXT)";

const LAST_CODE_POINT = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

/** The object's keys and values, in their table `_cf_KV`. */
export class KvTable {
  readonly #session: StoreSession;
  #exists: boolean | undefined;

  constructor(session: StoreSession) {
    this.#session = session;
  }

  /** The table may have gone with a rollback. */
  forget(): void {
    this.#exists = undefined;
  }

  get(key: string): unknown {
    const row = this.#reader()?.get(GET, toText(key));
    return row === undefined ? undefined : decodeValue(row[0] as Uint8Array);
  }

  /** Those of the keys that exist, in order. */
  getAll(keys: readonly string[]): Map<string, unknown> {
    const database = this.#reader();
    const found = new Map<string, unknown>();
    if (database === undefined) return found;
    for (const key of sortKeys(keys)) {
      const row = database.get(GET, toText(key));
      if (row !== undefined) found.set(key.toWellFormed(), decodeValue(row[0] as Uint8Array));
    }
    return found;
  }

  put(entries: readonly (readonly [string, unknown])[], confirmed: Confirmed): void {
    this.#session.check();
    const encoded = entries.map(([key, value]) => [key, encodeValue(value)] as const);
    if (encoded.length === 0) return;
    const database = this.#writer(confirmed);
    for (const [key, value] of encoded) {
      this.#session.attempt(() => database.run(PUT, toText(key), value));
    }
  }

  /** How many of the keys there were. */
  delete(keys: readonly string[], confirmed: Confirmed): number {
    if (this.#reader() === undefined) return 0;
    const database = this.#writer(confirmed);
    return keys.reduce(
      (count, key) => count + this.#session.attempt(() => database.run(DELETE, toText(key))),
      0,
    );
  }

  /** The entries of a range, read at once. */
  list(range: ListRange): Map<string, unknown> {
    const query = rangeQuery(range);
    const rows = this.#reader()?.all(query.sql, ...query.bindings) ?? [];
    return new Map(rows.map(toEntry));
  }

  /** The entries of a range, one by one. */
  iterate(range: ListRange): Iterator<[string, unknown], undefined> {
    const query = rangeQuery(range);
    const rows = this.#reader()?.iterate(query.sql, ...query.bindings);
    return new EntryIterator(rows, this.#session);
  }

  #reader(): Database | undefined {
    const database = this.#session.read()?.database;
    if (database === undefined) return undefined;
    this.#exists ??= database.get(TABLE_EXISTS) !== undefined;
    return this.#exists ? database : undefined;
  }

  #writer(confirmed: Confirmed): Database {
    const { database } = this.#session.write(confirmed);
    if (!this.#exists) this.#session.attempt(() => database.run(CREATE_TABLE));
    this.#exists = true;
    return database;
  }
}

/** Entries as SQLite finds them. While some are left, the database stays open. */
class EntryIterator implements Iterator<[string, unknown], undefined> {
  readonly #session: StoreSession;
  readonly #epoch: number;
  #rows: Iterator<Column[]> | undefined;

  constructor(rows: Iterator<Column[]> | undefined, session: StoreSession) {
    this.#rows = rows;
    this.#session = session;
    this.#epoch = session.epoch;
    if (rows !== undefined) session.iterating += 1;
  }

  next(): IteratorResult<[string, unknown], undefined> {
    if (this.#rows === undefined) return { done: true, value: undefined };
    if (this.#epoch !== this.#session.epoch) throw storageErrors.databaseDeleted();
    const { done, value } = this.#session.attempt(this.#rows.next.bind(this.#rows));
    if (!done) return { done: false, value: toEntry(value) };
    this.#end();
    return { done: true, value: undefined };
  }

  return(): IteratorResult<[string, unknown], undefined> {
    if (this.#epoch === this.#session.epoch) this.#rows?.return?.();
    this.#end();
    return { done: true, value: undefined };
  }

  #end(): void {
    if (this.#rows !== undefined) this.#session.iterating -= 1;
    this.#rows = undefined;
  }
}

function toEntry(row: Column[]): [string, unknown] {
  return [row[0] as string, decodeValue(row[1] as Uint8Array)];
}

/** A key as it is bound. Half of a pair of surrogates is kept, as three bytes. */
function toText(key: string): Binding {
  return key.isWellFormed() ? key : toBytes(key);
}

function toBytes(key: string): Buffer {
  if (key.isWellFormed()) return Buffer.from(key);
  return Buffer.concat([...key].map(encodePoint));
}

function encodePoint(letter: string): Buffer {
  const point = letter.codePointAt(0) as number;
  if (point < FIRST_SURROGATE || point > LAST_SURROGATE) return Buffer.from(letter);
  return Buffer.from([0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)]);
}

/** In the order of their bytes. */
function sortKeys(keys: readonly string[]): readonly string[] {
  if (keys.length < 2) return keys;
  return [...new Set(keys)]
    .map((key) => [key, toBytes(key)] as const)
    .sort(([, a], [, b]) => Buffer.compare(a, b))
    .map(([key]) => key);
}

/** The smallest key that is larger than all keys with this prefix; none when there is no such key. */
function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = (last.codePointAt(0) as number) + 1;
    if (next <= LAST_CODE_POINT) return points.join("") + String.fromCodePoint(next);
  }
  return undefined;
}

function rangeQuery(range: ListRange): { readonly sql: string; readonly bindings: Binding[] } {
  const conditions: (readonly [sql: string, value: string | undefined])[] = [
    ["key >= CAST(? AS TEXT)", range.start],
    ["key > CAST(? AS TEXT)", range.startAfter || undefined],
    ["key < CAST(? AS TEXT)", range.end],
    ["key >= CAST(? AS TEXT)", range.prefix || undefined],
    ["key < CAST(? AS TEXT)", range.prefix ? afterPrefix(range.prefix) : undefined],
  ];
  const used = conditions.filter(([, value]) => value !== undefined);
  const where = used.length === 0 ? "" : ` WHERE ${used.map(([sql]) => sql).join(" AND ")}`;
  const order = range.reverse ? "DESC" : "ASC";
  return {
    sql: `SELECT key, value FROM _cf_KV${where} ORDER BY key ${order} LIMIT ?`,
    bindings: [...used.map(([, value]) => toText(value as string)), range.limit ?? -1],
  };
}

/** `ctx.storage.kv`: keys and values, without promises. */
export class SyncKvStorage {
  readonly #table: KvTable;
  #listing: ListIterator | undefined;

  static {
    platformClass(
      SyncKvStorage,
      ["get", "list", "put", "delete"],
      (value) => isObject(value) && #table in value,
    );
  }

  constructor(table: KvTable) {
    this.#table = table;
  }

  get(...args: [key: string]): unknown {
    return this.#table.get(new Call("SyncKvStorage", "get", args).key());
  }

  /** `undefined` is a value like any other here. */
  put(...args: [key: string, value: unknown]): void {
    const call = new Call("SyncKvStorage", "put", args);
    const key = call.key();
    this.#table.put([[key, call.require(2, "Value")]], true);
  }

  /** Whether the key existed. */
  delete(...args: [key: string]): boolean {
    return this.#table.delete([new Call("SyncKvStorage", "delete", args).key()], true) > 0;
  }

  /** The entries of a range, in order. Only one such list can be open at a time. */
  list(...args: [options?: object]): ListIterator {
    const range = new Call("SyncKvStorage", "list", args).range();
    if (this.#listing) invalidate(this.#listing);
    this.#listing = new ListIterator(this.#table.iterate(range));
    return this.#listing;
  }
}

let invalidate: (list: ListIterator) => void;

class ListIterator extends HelpedIterator<[string, unknown]> {
  readonly #entries: Iterator<[string, unknown], undefined>;
  #valid = true;

  static {
    platformClass(ListIterator, ["next"], (value) => isObject(value) && #entries in value);
    invalidate = (list) => {
      if (list.#valid) list.#entries.return?.();
      list.#valid = false;
    };
  }

  constructor(entries: Iterator<[string, unknown], undefined>) {
    super();
    this.#entries = entries;
  }

  override next(): IteratorResult<[string, unknown], undefined> {
    if (!this.#valid) throw storageErrors.listInvalidated();
    return this.#entries.next();
  }
}
