import { inObject } from "../../worker/program.ts";
import { Random } from "../../worker/random.ts";

class Point {
  x = 1;
}

class Named {
  toString() {
    return "a name";
  }
}

/** What a program may pass, right or wrong, by the name of its kind. */
function anything(random: Random): readonly [kind: string, value: unknown] {
  const bytes = random.bytes();
  const kinds: Record<string, () => unknown> = {
    number: () => random.number(),
    text: () => random.text(20).toWellFormed(),
    null: () => null,
    undefined: () => undefined,
    boolean: () => random.below(2) === 0,
    bigint: () => random.pick([0n, 1n, -1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 70n]),
    buffer: () => bytes.buffer,
    bytes: () => bytes,
    "a part of bytes": () => bytes.subarray(random.below(4), 4 + random.below(6)),
    "signed bytes": () => new Int8Array(bytes),
    "clamped bytes": () => new Uint8ClampedArray(bytes),
    words: () => new Uint16Array(random.some(4, () => random.below(65_536))),
    floats: () => new Float64Array(random.some(3, () => random.number())),
    view: () => new DataView(bytes.buffer, Math.min(1, bytes.length)),
    date: () => new Date(random.pick([0, 1e12, -1, Number.NaN])),
    record: () => ({ a: random.number() }),
    list: () => random.some(3, () => random.pick([1, "x", null, [2]])),
    function: () => Math.abs,
    symbol: () => Symbol("s"),
    map: () => new Map([[1, 2]]),
    instance: () => new Point(),
    "named instance": () => new Named(),
    "no prototype": () => Object.create(null),
    "boxed text": () => Object(random.text(4).toWellFormed()),
    "boxed number": () => Object(random.number()),
    "boxed bigint": () => Object(5n),
    error: () => new RangeError("e"),
    pattern: () => /x/g,
  };
  const kind = random.pick(Object.keys(kinds));
  return [kind, kinds[kind]?.()];
}

export default inObject("random values in and out", async ({ sql, note, fails }) => {
  const random = new Random(1);
  for (let round = 0; round < 250; round++) {
    const [kind, value] = anything(random);
    await fails(`${round} ${kind}`, () =>
      sql.exec("SELECT ? AS v, typeof(?1) AS t, quote(?1) AS q, length(?1) AS n", value).one(),
    );
  }
  sql.exec("CREATE TABLE t (i INTEGER, r REAL, x TEXT, n NUMERIC, b BLOB, o)");
  for (let round = 0; round < 100; round++) {
    const [kind, value] = anything(random);
    await fails(`${round} ${kind} in columns`, () => {
      sql.exec("DELETE FROM t");
      sql.exec("INSERT INTO t VALUES (?1, ?1, ?1, ?1, ?1, ?1)", value);
      return sql
        .exec("SELECT *, typeof(i), typeof(r), typeof(x), typeof(n), typeof(b), typeof(o) FROM t")
        .raw()
        .next().value;
    });
  }
  for (let round = 0; round < 60; round++) {
    const values = random.some(5, () => anything(random));
    const places = random.some(5, () => random.pick(["?", "?1", "?3", ":a", ":b", "@a"]));
    const text = `SELECT ${["0", ...places].join(", ")}`;
    await fails(`${round} ${text} with ${values.map(([kind]) => kind)}`, () =>
      sql
        .exec(text, ...values.map(([, value]) => value))
        .raw()
        .next(),
    );
  }
  note("nothing is left", sql.exec("SELECT count(*) AS n FROM t").one());
});
