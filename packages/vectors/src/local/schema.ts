/**
 * The tables of one index's file. `key` numbers the vectors in the order they came, and is never used
 * twice; their numbers are apart, so that filters need not read them; `gone` has those that were deleted since the graph was saved.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS config (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  namespace TEXT NOT NULL,
  metadata TEXT
);
CREATE TABLE IF NOT EXISTS vector_values (key INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS vectors_namespace ON vectors (namespace, key);
CREATE TABLE IF NOT EXISTS metadata_indexes (property TEXT PRIMARY KEY, type TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS metadata_values (
  property TEXT NOT NULL,
  type TEXT NOT NULL,
  value NOT NULL,
  key INTEGER NOT NULL,
  PRIMARY KEY (property, type, value, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS metadata_values_key ON metadata_values (key);
CREATE TABLE IF NOT EXISTS gone (key INTEGER PRIMARY KEY);
`;

/** Names in the table `config`. */
export const CONFIG = "index";
export const PROCESSED = "processed";

/** Written into the header of the file, so that no other SQLite file is taken for an index. */
export const APPLICATION_ID = 0x46_48_56_31;
