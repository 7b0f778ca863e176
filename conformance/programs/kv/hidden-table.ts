import { inObject } from "../../worker/program.ts";

export default inObject(
  "the table of keys is out of reach",
  async ({ storage, sql, fails, note }) => {
    await storage.put("a", 1);
    await fails("select", () => sql.exec("SELECT * FROM _cf_KV").toArray());
    await fails("insert", () => sql.exec("INSERT INTO _cf_KV VALUES ('b', x'00')"));
    await fails("drop", () => sql.exec("DROP TABLE _cf_KV"));
    await fails("join", () => sql.exec("SELECT 1 FROM _cf_KV AS x").toArray());
    await fails("columns", () => sql.exec("PRAGMA table_info(_cf_KV)").toArray());
    note("still there", await storage.get("a"));
  },
);
