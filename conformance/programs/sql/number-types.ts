import { inObject } from "../../worker/program.ts";

export default inObject("the type a bound number gets", async ({ sql, note }) => {
  const type = (value: unknown) => sql.exec("SELECT typeof(?) AS t, ? AS v", value, value).one();
  note("5", type(5));
  note("2^40", type(2 ** 40));
  note("2^60", type(2 ** 60));
  note("0.5", type(0.5));
  note("-0", type(-0));
  note("NaN", type(Number.NaN));
  note("Infinity", type(Number.POSITIVE_INFINITY));
  note("boxed", type(Object(5)));
});
