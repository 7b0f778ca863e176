import { inObject } from "../../worker/program.ts";

const names = (value: object): string[] => {
  const found: string[] = [];
  for (const name in value) found.push(name);
  return found.sort();
};

export default inObject("members of ctx and storage", ({ ctx, storage, sql, note }) => {
  const has = (value: object, members: string) => members.split(" ").filter((it) => it in value);
  note("has of storage", has(storage, "get put delete list deleteAll sync transaction sql kv"));
  note("has of alarms", has(storage, "getAlarm setAlarm deleteAlarm transactionSync"));
  note("has of bookmarks", has(storage, "getCurrentBookmark getBookmarkForTime"));
  note("has of sql", has(sql, "exec databaseSize Cursor Statement"));
  note("has of a cursor", has(sql.exec("SELECT 1"), "next toArray one raw columnNames rowsRead"));
  note("ctx", names(ctx));
  note("own keys of ctx", Object.keys(ctx));
  note("storage", names(storage));
  note("sql", names(sql));
  note("cursor", names(sql.exec("SELECT 1")));
  note("props", ctx.props);
  note("classes", [ctx.constructor.name, storage.constructor.name]);
});
