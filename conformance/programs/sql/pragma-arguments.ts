import { inObject } from "../../worker/program.ts";

export default inObject("ways to write a pragma", async ({ sql, fails }) => {
  sql.exec("CREATE TABLE p (a PRIMARY KEY); CREATE TABLE t (b REFERENCES p (a))");
  const texts = [
    "table_list",
    "table_list(t)",
    "table_list = t",
    "table_info",
    "table_info = t",
    "table_info('t')",
    "table_info(nothing)",
    "TABLE_INFO(t)",
    "main.table_info(t)",
    "main.table_info = t",
    "temp.table_info(t)",
    "page_size",
    "page_size = 4096",
    "data_version = 1",
    "quick_check(5)",
    "quick_check(t)",
    "quick_check(nothing)",
    "optimize(-1)",
    "optimize(0x10002)",
    "optimize(t)",
    "foreign_key_check(t)",
    "foreign_key_check(nothing)",
    "foreign_key_list",
    "index_info",
    "foreign_keys = on",
    "foreign_keys = 'on'",
    "foreign_keys(1)",
    "foreign_keys = TRUE",
    "foreign_keys = maybe",
    "defer_foreign_keys = 1",
    "defer_foreign_keys",
    "ignore_check_constraints = yes",
    "ignore_check_constraints",
    "legacy_alter_table = 2",
    "recursive_triggers = -1",
    "table_info(_cf_KV)",
    "index_list(_cf_KV)",
  ];
  for (const text of texts) {
    await fails(text, () =>
      sql
        .exec(`PRAGMA ${text}`)
        .toArray()
        .map((row) => JSON.stringify(row)),
    );
  }
});
