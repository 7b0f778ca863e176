import { inObject } from "../../worker/program.ts";

export default inObject("numbers from SQL", async ({ sql, note }) => {
  const value = (text: string) => sql.exec(`SELECT ${text} AS v`).one().v;
  note("2^53 + 1", value("9007199254740993"));
  note("largest", value("9223372036854775807"));
  note("smallest", value("-9223372036854775808"));
  note("real", value("0.1 + 0.2"));
  note("infinity", value("9e999"));
  note("negative zero", value("-0.0"));
  note("zero divided", value("1 / 0"));
  note("integer division", value("7 / 2"));
  note("a truth", value("1 = 1"));
});
