import { inObject } from "../../worker/program.ts";

export default inObject("functions that are refused", async ({ sql, fails }) => {
  const calls = [
    "load_extension('x')",
    "sqlite_source_id()",
    "sqlite_compileoption_get(0)",
    "nothing()",
    "readfile('x')",
    "edit('x')",
    "last_insert_rowid()",
    "changes()",
    "total_changes()",
    "typeof(random())",
    "likely(1)",
    "unistr('a')",
  ];
  for (const call of calls) {
    await fails(call, async () => {
      try {
        return sql.exec(`SELECT ${call} AS v`).toArray().length;
      } catch (error) {
        throw new Error((error as Error).message.replace(/ at offset \d+/, ""));
      }
    });
  }
});
