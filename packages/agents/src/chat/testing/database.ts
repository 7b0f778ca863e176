/**
 * A database for tests: real SQLite, in memory, behind the interface the chat uses.
 *
 * @module
 */

import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type SqlEngine, type SqlRunner, sqlRunner } from "../../storage/sql.ts";

/** An empty database. */
export interface TestDatabase {
  readonly sql: SqlRunner;
  transaction<T>(body: () => T): T;
  /** Statements run so far, without their values. */
  readonly statements: string[];
}

/** Opens one. */
export function openDatabase(): TestDatabase {
  const database = new DatabaseSync(":memory:");
  const statements: string[] = [];
  const engine: SqlEngine = {
    exec(query, ...values) {
      statements.push(query);
      const rows = database.prepare(query).all(...(values as SQLInputValue[]));
      return { toArray: () => rows };
    },
  };
  return {
    sql: sqlRunner(engine),
    statements,
    transaction(body) {
      database.exec("SAVEPOINT change");
      try {
        const result = body();
        database.exec("RELEASE change");
        return result;
      } catch (error) {
        database.exec("ROLLBACK TO change");
        database.exec("RELEASE change");
        throw error;
      }
    },
  };
}
