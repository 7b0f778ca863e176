import { inObject } from "../../worker/program.ts";

export default inObject("pragmas that are refused", async ({ sql, fails }) => {
  const names = ["journal_mode", "synchronous", "cache_size", "user_version", "writable_schema"];
  const more = ["encoding", "page_count", "freelist_count", "database_list", "compile_options"];
  const sets = ["user_version = 5", "journal_mode = DELETE", "page_size = 512", "foreign_keys = 5"];
  for (const text of [...names, ...more, ...sets, "integrity_check", "trusted_schema", "nothing"]) {
    await fails(text, () => sql.exec(`PRAGMA ${text}`).toArray());
  }
});
