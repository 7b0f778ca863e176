import { inObject } from "../../worker/program.ts";

const THREE = "SELECT 1 AS a UNION SELECT 2 UNION SELECT 3";

export default inObject(
  "rows, as objects and raw, and lists have the helpers of iterators",
  (t) => {
    const { sql, storage, note } = t;
    storage.kv.put("a", 1);
    storage.kv.put("b", 2);
    const made: Record<string, () => Iterator<unknown>> = {
      cursor: () => sql.exec(THREE) as unknown as Iterator<unknown>,
      rows: () => sql.exec(THREE)[Symbol.iterator]() as unknown as Iterator<unknown>,
      raw: () => sql.exec(THREE).raw() as unknown as Iterator<unknown>,
      list: () => storage.kv.list() as unknown as Iterator<unknown>,
    };
    for (const [label, make] of Object.entries(made)) {
      const value = make() as Iterator<unknown> & { readonly [name: string]: unknown };
      const names = ["toArray", "map", "filter", "take", "find", "return"];
      note(label, [value instanceof Iterator, ...names.map((name) => typeof value[name])]);
      note(`${label}, own`, Object.getOwnPropertyNames(Object.getPrototypeOf(value)).sort());
    }
    const { rows, raw, list } = made as Record<
      string,
      () => IteratorObject<Record<string, unknown>>
    >;
    note(
      "rows, mapped",
      rows!()
        .map(({ a }) => a)
        .toArray(),
    );
    note("raw, as an array", raw!().toArray());
    note(
      "keys of a list",
      list!()
        .map(([key]) => key as unknown)
        .toArray(),
    );
    const cursor = sql.exec(THREE);
    note("taken", (cursor.raw() as unknown as IteratorObject<unknown>).take(1).toArray());
    note("left", cursor.toArray());
  },
);
