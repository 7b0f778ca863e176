import { inObject } from "../../worker/program.ts";

export default inObject("how values are read", ({ sql, note }) => {
  const one = (expression: string) => sql.exec(`SELECT ${expression} AS v`).one().v;
  note("integer", one("5"));
  note("real", one("1.5"));
  note("whole real", one("2.0"));
  note("text", one("'☃'"));
  note("blob", one("x'0102'"));
  note("empty blob", one("x''"));
  note("null", one("NULL"));
  note("past 2^53", one("9007199254740993"));
  note("largest", one("9223372036854775807"));
  note("infinity", one("9e999"));
  note("comparison", one("1 = 1"));
  note("json", one(`json('{"a": [1, 2]}')`));
  note("text with a zero", one("'a' || char(0) || 'b'"));
  note("double quotes are text", one('"not a column"'));
});
