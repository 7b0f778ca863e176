import { inObject } from "../../worker/program.ts";

export default inObject("kinds of virtual tables", async ({ sql, fails }) => {
  for (const kind of [
    "fts5 (a)",
    "fts4 (a)",
    "fts3 (a)",
    "rtree (id, a, b)",
    "rtree_i32 (id, a, b)",
    "geopoly (a)",
    "dbstat",
    "nothing (a)",
  ]) {
    const name = `v_${kind.split(" ")[0]}`;
    await fails(kind, () => sql.exec(`CREATE VIRTUAL TABLE ${name} USING ${kind}`).toArray());
  }
  await fails("vocabulary", () =>
    sql.exec("CREATE VIRTUAL TABLE vocab USING fts5vocab ('v_fts5', 'row')").toArray(),
  );
  await fails("a table of dbstat", () => sql.exec("SELECT * FROM dbstat").toArray());
});
