/**
 * Tables of context blocks. Names and columns equal those of the published `agents` 0.32. Each is
 * made when its provider is first used.
 */

/** One row a block, by its label. */
export const CONTEXT_BLOCKS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_context_blocks (
  label TEXT PRIMARY KEY,
  content TEXT NOT NULL,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
)`;

/** The only store of searchable entries, by label and key. */
export const CONTEXT_SEARCH_TABLE = `CREATE VIRTUAL TABLE IF NOT EXISTS cf_agents_search_fts
  USING fts5(label UNINDEXED, key UNINDEXED, content, tokenize='porter unicode61')`;

/** What the entries were stored in beside the index before; the index has them all. */
export const DROP_LEGACY_ENTRIES = "DROP TABLE IF EXISTS cf_agents_search_entries";
