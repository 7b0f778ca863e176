import { inObject } from "../../worker/program.ts";

export default inObject("JSON", async ({ sql, fails }) => {
  const value = (text: string) => sql.exec(`SELECT ${text} AS v`).one().v;
  await fails("extract", () => value(`json_extract('{"a":{"b":[1,2]}}', '$.a.b[1]')`));
  await fails("arrow", () => value(`'{"a":{"b":1}}' -> 'a'`));
  await fails("set", () => value(`json_set('{"a":1}', '$.b', json('[1]'))`));
  await fails("patch", () => value(`json_patch('{"a":1,"b":2}', '{"a":null}')`));
  await fails("group", () => value("json_group_array(x) FROM (SELECT 1 AS x UNION SELECT 2)"));
  await fails("tree", () => value(`count(*) FROM json_tree('{"a":[1,2]}')`));
  await fails("invalid", () => value("json('{')"));
  await fails("validity", () => value("json_valid('{')"));
  await fails("binary", () => value(`json(jsonb('{"a": 1}'))`));
  await fails("five", () => value("json('{a: 1,}')"));
});
