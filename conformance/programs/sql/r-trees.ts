import { inObject } from "../../worker/program.ts";

export default inObject("R*Trees", async ({ sql, note, fails }) => {
  sql.exec("CREATE VIRTUAL TABLE r USING rtree (id, x0, x1, y0, y1, +label TEXT)");
  sql.exec(
    "INSERT INTO r VALUES (1, 0, 10, 0, 10, 'a'), (2, 5.5, 20, 5, 20, 'b'), (3, 30, 40, 30, 40, 'c')",
  );
  note("inside", sql.exec("SELECT id, label FROM r WHERE x1 >= 6 AND x0 <= 6").toArray());
  note("a box", sql.exec("SELECT * FROM r WHERE id = 2").toArray());
  await fails("upside down", () => sql.exec("INSERT INTO r VALUES (4, 10, 0, 0, 0, 'd')"));
  await fails("the same id", () => sql.exec("INSERT INTO r VALUES (1, 0, 1, 0, 1, 'e')"));
  await fails("check", () => sql.exec("SELECT rtreecheck('r') AS v").one());
  await fails("an even number of columns", () =>
    sql.exec("CREATE VIRTUAL TABLE s USING rtree (id, a)"),
  );
  sql.exec("CREATE VIRTUAL TABLE i USING rtree_i32 (id, a, b); INSERT INTO i VALUES (1, 1.9, 3.9)");
  note("whole numbers", sql.exec("SELECT * FROM i").toArray());
  await fails("its own tables", () => sql.exec("SELECT count(*) AS n FROM r_node").one());
  note("deleted", [
    sql.exec("DELETE FROM r WHERE id = 1").toArray(),
    sql.exec("SELECT id FROM r").toArray(),
  ]);
});
