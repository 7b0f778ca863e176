import { inObject } from "../../worker/program.ts";

export default inObject("comparing texts", async ({ sql, fails }) => {
  const value = (text: string) => sql.exec(`SELECT ${text} AS v`).one().v;
  const tests = [
    "'a' = 'A'",
    "'a' = 'A' COLLATE NOCASE",
    "'ä' = 'Ä' COLLATE NOCASE",
    "'a ' = 'a' COLLATE RTRIM",
    "'A' LIKE 'a'",
    "'Ä' LIKE 'ä'",
    "'10%' LIKE '10\\%' ESCAPE '\\'",
    "'abc' GLOB 'a*'",
    "'abc' GLOB 'A*'",
    "'abc' REGEXP 'a'",
    "1 = '1'",
    "NULL IS NOT DISTINCT FROM NULL",
    "2 < '10'",
  ];
  for (const test of tests) await fails(test, () => value(test));
});
