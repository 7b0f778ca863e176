import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Account, Spent } from "../rules/budget.ts";
import type { GatewaySettings } from "../settings.ts";
import type { LogEntry, LogPatch } from "./log-entry.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS logs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  gateway TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  entry TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS logs_gateway ON logs (gateway, number);
CREATE TABLE IF NOT EXISTS answers (
  gateway TEXT NOT NULL,
  key TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (gateway, key)
);
CREATE INDEX IF NOT EXISTS answers_expiry ON answers (expires_at);
CREATE TABLE IF NOT EXISTS spent (
  gateway TEXT NOT NULL,
  scope TEXT NOT NULL,
  window INTEGER NOT NULL,
  tokens REAL NOT NULL,
  cost REAL NOT NULL,
  PRIMARY KEY (gateway, scope, window)
) WITHOUT ROWID;
`;
const KEEP_LOGS = 100_000;
const DAY_MS = 86_400_000;
/** All kept answers together; the ones that expire first go. */
const MOST_CACHED_BYTES = 256 * 1024 * 1024;
/** Kept answers are tidied up when this part of what they may come to is new. */
const TIDY_SHARE = 1 / 8;
/** Tidying up costs more than writing: it is done with a gateway's first log and now and then. */
const TIDY_EVERY = 200;
/** Ids of gateways come from outside: of so many is remembered how much they wrote. */
const MOST_COUNTED = 1000;

/** An answer that is kept. */
export interface KeptAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * What gateways remember: logs, answers, what was spent. Losing the last moments of it in a power cut is
 * bearable, so nothing here waits for the disk; a process that is killed loses nothing.
 */
export class GatewayStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #logged = new Map<string, number>();
  #untidied = { answers: TIDY_EVERY, bytes: 0 };

  readonly #mostBytes: number;

  /**
   * @param path of the file, whose folder is made; `:memory:` keeps nothing
   * @param mostBytes what kept answers may come to together
   */
  constructor(path: string, mostBytes = MOST_CACHED_BYTES) {
    this.#mostBytes = mostBytes;
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    this.#database = new DatabaseSync(path);
    this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    this.#database.exec(SCHEMA);
  }

  /** Answers may end after the host has closed: what they leave then is not written, here and below. */
  addLog(entry: LogEntry, settings: NonNullable<GatewaySettings["logs"]> = {}): void {
    if (!this.#database.isOpen) return;
    const { keep = KEEP_LOGS, strategy = "delete-oldest", days } = settings;
    if (strategy === "stop" && this.countLogs(entry.gateway) >= keep) return;
    this.#begin();
    this.#run("INSERT INTO logs (id, gateway, created_at, entry) VALUES (?, ?, ?, ?)").run(
      ...[entry.id, entry.gateway, entry.createdAt, JSON.stringify(entry)],
    );
    const logged = this.#logged.get(entry.gateway) ?? 0;
    if (this.#logged.size >= MOST_COUNTED) this.#logged.clear();
    this.#logged.set(entry.gateway, logged + 1);
    if (logged % TIDY_EVERY !== 0) return;
    this.#run(
      `DELETE FROM logs WHERE gateway = ?1 AND number <= (
         SELECT number FROM logs WHERE gateway = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)`,
    ).run(entry.gateway, keep);
    if (days === undefined) return;
    const before = entry.createdAt - days * DAY_MS;
    this.#run("DELETE FROM logs WHERE gateway = ? AND created_at < ?").run(entry.gateway, before);
  }

  countLogs(gateway: string): number {
    const row = this.#run("SELECT count(*) AS n FROM logs WHERE gateway = ?").get(gateway);
    return Number(row?.n);
  }

  log(gateway: string, id: string): LogEntry | undefined {
    const row = this.#run("SELECT entry FROM logs WHERE gateway = ? AND id = ?").get(gateway, id);
    return row === undefined ? undefined : (JSON.parse(String(row.entry)) as LogEntry);
  }

  /** The newest first. */
  logs(gateway: string, limit: number): LogEntry[] {
    return this.#run("SELECT entry FROM logs WHERE gateway = ? ORDER BY number DESC LIMIT ?")
      .all(gateway, limit)
      .map(({ entry }) => JSON.parse(String(entry)) as LogEntry);
  }

  /** @returns whether there is such a log */
  patchLog(gateway: string, id: string, { metadata, ...patch }: LogPatch): boolean {
    const entry = this.log(gateway, id);
    if (entry === undefined) return false;
    const changed: LogEntry = {
      ...entry,
      ...patch,
      ...(metadata !== undefined && { metadata: metadata ?? {} }),
    };
    this.#begin();
    this.#run("UPDATE logs SET entry = ? WHERE id = ?").run(JSON.stringify(changed), id);
    return true;
  }

  /** What was kept and is not too old at `now`, in ms since 1970. */
  answer(gateway: string, key: string, now: number): KeptAnswer | undefined {
    const row = this.#run(
      "SELECT headers, body FROM answers WHERE gateway = ? AND key = ? AND expires_at > ?",
    ).get(gateway, key, now);
    if (row === undefined) return undefined;
    return {
      headers: JSON.parse(String(row.headers)) as KeptAnswer["headers"],
      body: row.body as Uint8Array,
    };
  }

  /** @param ttl in seconds */
  keep(
    gateway: string,
    key: string,
    { headers, body }: KeptAnswer,
    now: number,
    ttl: number,
  ): void {
    if (!this.#database.isOpen) return;
    this.#begin();
    const expiresAt = now + ttl * 1000;
    this.#run("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)").run(
      ...[gateway, key, JSON.stringify(headers), body, expiresAt],
    );
    const { answers, bytes } = this.#untidied;
    this.#untidied = { answers: answers + 1, bytes: bytes + body.byteLength };
    if (answers >= TIDY_EVERY || this.#untidied.bytes >= this.#mostBytes * TIDY_SHARE)
      this.#tidyAnswers(now);
  }

  spent(gateway: string, { scope, window }: Account): Spent {
    const row = this.#run(
      "SELECT tokens, cost FROM spent WHERE gateway = ? AND scope = ? AND window = ?",
    ).get(gateway, scope, window);
    return { tokens: Number(row?.tokens ?? 0), cost: Number(row?.cost ?? 0) };
  }

  spend(gateway: string, accounts: readonly Account[], { tokens, cost }: Spent): void {
    if (!this.#database.isOpen) return;
    this.#begin();
    for (const { scope, window } of accounts) {
      this.#run(
        `INSERT INTO spent VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
         SET tokens = tokens + excluded.tokens, cost = cost + excluded.cost`,
      ).run(gateway, scope, window, tokens, cost);
    }
  }

  /** Forgets everything. */
  erase(): void {
    this.#begin();
    for (const table of ["logs", "answers", "spent"]) this.#run(`DELETE FROM ${table}`).run();
    this.#logged.clear();
    this.#commit();
  }

  close(): void {
    this.#commit();
    if (this.#database.isOpen) this.#database.close();
  }

  /**
   * What is written in one turn of the event loop is one transaction: a commit costs more than the writing.
   * This connection itself reads what is not committed yet.
   */
  #begin(): void {
    if (this.#database.isTransaction) return;
    this.#database.exec("BEGIN");
    setImmediate(() => this.#commit());
  }

  #commit(): void {
    if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec("COMMIT");
  }

  #tidyAnswers(now: number): void {
    this.#untidied = { answers: 0, bytes: 0 };
    this.#run("DELETE FROM answers WHERE expires_at <= ?").run(now);
    this.#run(
      `DELETE FROM answers WHERE rowid IN (SELECT rowid FROM (
         SELECT rowid, sum(length(body)) OVER (ORDER BY expires_at DESC) AS upto FROM answers)
       WHERE upto > ?)`,
    ).run(this.#mostBytes);
  }

  #run(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
