import { inObject } from "../../worker/program.ts";

export default inObject("what else can be bound", async ({ sql, fails }) => {
  const back = (value: unknown) => sql.exec("SELECT ? AS v, typeof(?1) AS t", value).one();
  const values: Record<string, unknown> = {
    true: true,
    undefined,
    date: new Date(0),
    object: {},
    array: [1, [2]],
    symbol: Symbol("s"),
    bigint: 5n,
    "own text": { toString: () => "own" },
    map: new Map(),
    "boxed text": Object("boxed"),
  };
  for (const [label, value] of Object.entries(values)) {
    await fails(label, () => back(value));
  }
  await fails("throwing", () =>
    back({
      toString() {
        throw new RangeError("no text");
      },
    }),
  );
});
