import { inObject } from "../../worker/program.ts";

export default inObject("dates", async ({ sql, fails }) => {
  const value = (text: string) => sql.exec(`SELECT ${text} AS v`).one().v;
  const calls = [
    "date('2024-02-28', '+1 day')",
    "datetime(1700000000, 'unixepoch')",
    "julianday('2000-01-01')",
    "strftime('%Y week %W', '2024-03-01')",
    "unixepoch('2024-01-01')",
    "timediff('2024-03-01', '2024-02-01')",
    "typeof(unixepoch('now'))",
    "abs(unixepoch('now') - unixepoch()) <= 1",
    "date('not a date')",
    "length(CURRENT_TIMESTAMP)",
  ];
  for (const call of calls) await fails(call, () => value(call));
});
