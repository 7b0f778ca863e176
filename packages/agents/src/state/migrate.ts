import {
  LEGACY_SCHEMA_VERSION_ROW_ID,
  LEGACY_STATE_CHANGED_ROW_ID,
  STATE_TABLE_NAME,
  StorageKey,
} from "../schema.ts";
import type { SqlRunner } from "../storage/sql.ts";
import { wasThere } from "../storage/tables.ts";

/** The part of the storage that a migration touches. */
export interface MigratedStorage {
  readonly sql: SqlRunner;
  readonly kv: { get(key: string): unknown; put(key: string, value: unknown): void };
}

/**
 * Moves what published versions before 0.3 kept beside the state in its table: the schema version
 * goes to the key-value storage, where the published SDK looks for it now; the mark of a change goes.
 * Reads once and writes nothing where there is nothing to move.
 */
export function migrateStateTable({ sql, kv }: MigratedStorage): void {
  if (!wasThere(sql, STATE_TABLE_NAME)) return;
  const rows = sql<{ id: string; state: string | null }>(
    "SELECT id, state FROM cf_agents_state WHERE id IN (?, ?)",
    LEGACY_SCHEMA_VERSION_ROW_ID,
    LEGACY_STATE_CHANGED_ROW_ID,
  );
  for (const { id, state } of rows) {
    const version = Number(state);
    if (
      id === LEGACY_SCHEMA_VERSION_ROW_ID &&
      Number.isInteger(version) &&
      kv.get(StorageKey.SCHEMA_VERSION) === undefined
    ) {
      kv.put(StorageKey.SCHEMA_VERSION, version);
    }
    sql("DELETE FROM cf_agents_state WHERE id = ?", id);
  }
}
