import { inObject } from "../../worker/program.ts";

export default inObject("pragmas that answer", async ({ sql, fails }) => {
  sql.exec(
    "CREATE TABLE p (a PRIMARY KEY); CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT 'x' REFERENCES p (a))",
  );
  sql.exec("CREATE INDEX i ON t (b)");
  const texts = [
    "table_info(t)",
    "table_xinfo(t)",
    "index_list(t)",
    "index_info(i)",
    "index_xinfo(i)",
    "foreign_key_list(t)",
    "foreign_key_check",
    "foreign_keys",
    "recursive_triggers",
    "case_sensitive_like",
    "legacy_alter_table",
    "ignore_check_constraints",
    "reverse_unordered_selects",
    "defer_foreign_keys",
    "page_size",
    "quick_check",
    "optimize",
  ];
  for (const text of texts) await fails(text, () => sql.exec(`PRAGMA ${text}`).toArray());
});
