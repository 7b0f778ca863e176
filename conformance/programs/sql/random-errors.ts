import { inObject } from "../../worker/program.ts";
import { Random } from "../../worker/random.ts";

const RIGHT = [
  "SELECT a, b FROM t WHERE a = 1 ORDER BY b",
  "SELECT count(*), max(a) FROM t GROUP BY b HAVING count(*) > 1",
  "INSERT INTO t (a, b) VALUES (1, 'x')",
  "INSERT INTO t (a) VALUES (2) ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING a",
  "UPDATE t SET b = 'y' WHERE a IN (SELECT a FROM u)",
  "DELETE FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)",
  "CREATE TABLE v (x INTEGER PRIMARY KEY, y TEXT DEFAULT 'z', CHECK (x > 0))",
  "CREATE INDEX j ON t (b) WHERE a > 1",
  "SELECT t.a, u.a FROM t JOIN u ON t.a = u.a LEFT JOIN u AS w USING (a)",
  // Ends whatever goes wrong in it.
  "WITH n (i) AS (SELECT 1 UNION SELECT i % 5 FROM n) SELECT sum(i) FROM n",
  "SELECT sum(a) OVER (PARTITION BY b ORDER BY a ROWS 1 PRECEDING) FROM t",
  "SELECT CASE a WHEN 1 THEN 'one' ELSE cast(a AS TEXT) END AS name FROM t LIMIT 2 OFFSET 1",
  "SELECT json_extract('{\"a\":1}', '$.a'), substr('abc', 2), round(1.5) FROM t",
];
const WORDS =
  "SELECT FROM WHERE AND ( ) , ; = nope t u a b x'0 'open ORDER BY GROUP LIMIT NULL 1 * t.a u.nope abs( nope( ? JOIN ON AS CREATE TABLE _cf_KV sqlite_master VALUES DEFAULT".split(
    " ",
  );

/** A statement with a word too many, too few, or another. */
function wrong(random: Random): string {
  const words = random.pick(RIGHT).split(" ");
  const at = random.below(words.length);
  const kind = random.below(4);
  if (kind === 0) words.splice(at, 1);
  else if (kind === 1) words.splice(at, 0, random.pick(WORDS));
  else if (kind === 2) words[at] = random.pick(WORDS);
  else words.splice(at + 1);
  return words.join(" ");
}

export default inObject("random mistakes", async ({ sql, storage, fails }) => {
  const random = new Random(4);
  sql.exec("CREATE TABLE t (a UNIQUE, b); CREATE TABLE u (a); INSERT INTO t VALUES (1, 'x')");
  for (let round = 0; round < 400; round++) {
    const text = wrong(random);
    await fails(`${round} ${text}`, () => {
      try {
        return storage.transactionSync(() => {
          const rows = [...sql.exec(text).raw()];
          throw Object.assign(new Error("fine"), { rows });
        });
      } catch (error) {
        if (error instanceof Error && "rows" in error) return error.rows;
        throw error;
      }
    });
  }
});
