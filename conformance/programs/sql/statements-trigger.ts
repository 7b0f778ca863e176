import { inObject } from "../../worker/program.ts";

export default inObject("a trigger has statements inside", async ({ sql, note }) => {
  sql.exec(`
    CREATE TABLE t (a); CREATE TABLE log (x);
    CREATE TRIGGER added AFTER INSERT ON t BEGIN
      INSERT INTO log VALUES ('one; ' || new.a);
      INSERT INTO log VALUES (CASE WHEN new.a > 1 THEN 'big' ELSE 'small' END);
    END;
    INSERT INTO t VALUES (1), (2);
  `);
  note("log", sql.exec("SELECT x FROM log").toArray());
});
