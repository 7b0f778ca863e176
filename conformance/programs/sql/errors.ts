import { inObject } from "../../worker/program.ts";

export default inObject("texts of SQL errors", async ({ sql, note, fails }) => {
  sql.exec(
    "CREATE TABLE u (a INTEGER PRIMARY KEY, b TEXT UNIQUE, c NOT NULL DEFAULT 1, CHECK (a < 100))",
  );
  sql.exec("CREATE TABLE child (a REFERENCES u (a))");
  sql.exec("INSERT INTO u (a, b) VALUES (1, 'x')");
  const statements: Record<string, string> = {
    "no such table": "SELECT * FROM nope",
    "no such column": "SELECT nope FROM u",
    syntax: "SELEC 1",
    incomplete: "SELECT * FROM",
    "primary key": "INSERT INTO u (a) VALUES (1)",
    unique: "INSERT INTO u (a, b) VALUES (2, 'x')",
    "not null": "INSERT INTO u (a, c) VALUES (3, NULL)",
    check: "INSERT INTO u (a) VALUES (100)",
    "foreign key": "INSERT INTO child VALUES (77)",
    "already exists": "CREATE TABLE u (a)",
    "duplicate column": "ALTER TABLE u ADD COLUMN b TEXT",
    datatype: "INSERT INTO u (a) VALUES ('text')",
    "no such function": "SELECT nope(1)",
    "wrong number of arguments": "SELECT abs(1, 2)",
    "values for columns": "INSERT INTO child VALUES (1, 2)",
    "integer overflow": "SELECT abs(-9223372036854775808)",
    "bad json": "SELECT json('{')",
    "ambiguous column": "SELECT a FROM u, child",
    "unterminated text": "SELECT 'x",
  };
  for (const [label, statement] of Object.entries(statements)) {
    await fails(label, () => sql.exec(statement).toArray());
  }
  await fails("not a text", () => sql.exec(5 as unknown as string));
  note("nothing was written", sql.exec("SELECT count(*) AS n FROM u").one());
});
