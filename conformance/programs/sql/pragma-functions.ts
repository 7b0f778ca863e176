import { inObject } from "../../worker/program.ts";

export default inObject("pragmas as tables", async ({ sql, fails }) => {
  sql.exec("CREATE TABLE t (a, b); CREATE INDEX i ON t (a)");
  const texts = [
    "pragma_table_info('t')",
    "pragma_table_xinfo('t')",
    "pragma_index_list('t')",
    "pragma_index_info('i')",
    "pragma_table_list",
    "pragma_foreign_key_list('t')",
    "pragma_function_list",
    "pragma_database_list",
    "pragma_page_count",
    "pragma_compile_options",
    "pragma_table_info('_cf_KV')",
    "pragma_foreign_keys",
    "sqlite_master, pragma_table_info(sqlite_master.name)",
    "json_each('[1]')",
    "json_tree('[1]')",
    "generate_series(1, 2)",
    "sqlite_stmt",
    "bytecode('SELECT 1')",
    "tables_used('SELECT 1')",
    "sqlite_dbpage",
    "fsdir('.')",
    "completion('a')",
    "carray(1, 2)",
  ];
  for (const text of texts) {
    await fails(text, () => sql.exec(`SELECT * FROM ${text}`).toArray().length);
  }
});
