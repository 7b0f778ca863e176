import { inObject } from "../../worker/program.ts";

export default inObject("members of storage, with their kinds", async ({ storage, ctx, note }) => {
  const kinds = (value: object) => {
    const found: string[] = [];
    for (const name in value) {
      let kind = "throws";
      try {
        kind = typeof (value as Record<string, unknown>)[name];
      } catch (error) {
        kind = (error as Error).message;
      }
      found.push(`${name}: ${kind}`);
    }
    return found.sort();
  };
  note("storage", kinds(storage));
  note("kv", kinds(storage.kv));
  note("sql", kinds(storage.sql));
  note("ctx", kinds(ctx));
  const { kv, sql } = storage;
  note("the same each time", [storage.kv === kv, storage.sql === sql, ctx.storage === storage]);
  await storage.transaction(async (txn) => note("transaction", kinds(txn)));
});
