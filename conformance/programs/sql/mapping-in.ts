import { inObject } from "../../worker/program.ts";

export default inObject("how values are bound", async ({ sql, note, fails }) => {
  const seen = (value: unknown) => sql.exec("SELECT typeof(?1) AS t, ?1 AS v", value).one();
  const values: Record<string, unknown> = {
    integer: 5,
    fraction: 1.5,
    "negative zero": -0,
    NaN: Number.NaN,
    infinity: Number.POSITIVE_INFINITY,
    "large integer": 2 ** 53 + 2,
    text: "☃",
    "text with a zero": "a\u0000b",
    null: null,
    undefined: undefined,
    true: true,
    false: false,
    buffer: new Uint8Array([1, 2]).buffer,
    "typed array": new Uint16Array([258]),
    "part of a buffer": new Uint8Array([1, 2, 3]).subarray(1),
    "data view": new DataView(new ArrayBuffer(2)),
    "empty buffer": new ArrayBuffer(0),
    date: new Date(0).toISOString(),
    object: {},
    array: [1, 2],
  };
  for (const [label, value] of Object.entries(values)) note(label, seen(value));
  await fails("bigint", () => seen(5n));
  await fails("symbol", () => seen(Symbol("s")));
  sql.exec("CREATE TABLE t (i INTEGER, r REAL, x TEXT, b BLOB, n)");
  sql.exec("INSERT INTO t VALUES (?1, ?1, ?1, ?1, ?1)", 5);
  note(
    "column affinity",
    sql.exec("SELECT typeof(i), typeof(r), typeof(x), typeof(b), typeof(n) FROM t").raw().next(),
  );
});
