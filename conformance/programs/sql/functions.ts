import { inObject } from "../../worker/program.ts";

export default inObject("functions", async ({ sql, fails }) => {
  const value = (text: string) => sql.exec(`SELECT ${text} AS v`).one().v;
  const calls = [
    "upper('ä') || lower('Ä')",
    "substr('hello', -3, 2)",
    "instr('hello', 'l')",
    "replace('aaa', 'a', 'b')",
    "printf('%05.1f|%s', 3.14159, 'x')",
    "format('%d', 5)",
    "iif(1, 'yes', 'no')",
    "coalesce(NULL, NULL, 3)",
    "round(2.5)",
    "max(1, 3, 2)",
    "hex(x'0aff')",
    "unhex('0aff')",
    "quote('it''s')",
    "char(9731)",
    "unicode('☃')",
    "trim('  x ')",
    "nullif(1, 1)",
    "string_agg(x, '-') FROM (SELECT 1 AS x UNION SELECT 2)",
    "total(x) FROM (SELECT 1 AS x)",
    "octet_length('é')",
    "concat_ws('-', 'a', NULL, 'b')",
    "log(2, 8)",
    "mod(7, 4)",
    "degrees(pi())",
  ];
  for (const call of calls) await fails(call, () => value(call));
});
