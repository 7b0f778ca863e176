import { inObject } from "../../worker/program.ts";

export default inObject("where one statement ends", async ({ sql, fails }) => {
  const run = (text: string) => sql.exec(text).toArray();
  await fails("a semicolon in a text", () => run("SELECT 'a;b' AS v"));
  await fails("in a name", () => run('SELECT 1 AS "a;b"'));
  await fails("in brackets", () => run("SELECT 1 AS [a;b]"));
  await fails("in a comment", () => run("SELECT 1 /* ; */ AS v"));
  await fails("in a line comment", () => run("SELECT 1 -- ;\n AS v"));
  await fails("empty statements between", () => run("SELECT 1 AS a;; ;SELECT 2 AS b"));
  await fails("no space", () => run("SELECT 1 AS a;SELECT 2 AS b;"));
  await fails("a trailing comment after a line", () => run("SELECT 1 AS a;\n-- end\n"));
  await fails("open comment", () => run("SELECT 1 AS a /* open"));
});
