import { inObject } from "../../worker/program.ts";

export default inObject("what SQL may not do", async ({ storage, sql, fails }) => {
  await storage.put("k", 1);
  const statements = [
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT s",
    "RELEASE s",
    "SELECT * FROM _cf_KV",
    "DROP TABLE _cf_KV",
    "CREATE TABLE _cf_mine (a)",
    "CREATE TABLE _CF_mine (a)",
    "CREATE TABLE t (a); ALTER TABLE t RENAME TO _cf_t",
    "ATTACH DATABASE ':memory:' AS other",
    "DETACH DATABASE other",
    "CREATE TEMP TABLE temporary (a)",
    "VACUUM",
    "SELECT sqlite_version()",
    "SELECT load_extension('x')",
    "CREATE VIRTUAL TABLE d USING dbstat",
    "PRAGMA journal_mode",
    "PRAGMA user_version",
    "PRAGMA page_size",
    "PRAGMA foreign_keys",
    "PRAGMA recursive_triggers",
    "PRAGMA data_version = 5",
    "PRAGMA database_list",
    "PRAGMA integrity_check",
    "PRAGMA quick_check",
  ];
  for (const statement of statements) await fails(statement, () => sql.exec(statement).toArray());
});
