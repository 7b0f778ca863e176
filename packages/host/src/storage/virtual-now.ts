import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/** SQLite's functions of time, each with the place of its time value among the arguments. */
const FUNCTIONS = {
  date: 0,
  time: 0,
  datetime: 0,
  julianday: 0,
  unixepoch: 0,
  strftime: 1,
  timediff: 0,
} as const;

/** Keywords that SQLite compiles to calls of functions of the same names. */
const KEYWORDS = { current_date: "date", current_time: "time", current_timestamp: "datetime" };

/** Time values that mean the present; the second is a modifier besides. */
const NOW = /^now$/i;
const SUBSECOND_NOW = /^subsec(?:ond)?$/i;

let calculator: DatabaseSync | undefined;
const statements = new Map<string, StatementSync>();

/** What SQLite itself makes of a call, on a connection without these functions. */
function calculate(name: string, args: readonly SQLInputValue[]): SQLInputValue {
  const sql = `SELECT ${name}(${args.map(() => "?").join(", ")})`;
  let statement = statements.get(sql);
  if (statement === undefined) {
    calculator ??= new DatabaseSync(":memory:");
    statement = calculator.prepare(sql);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    statements.set(sql, statement);
  }
  const row = statement.get(...args) as unknown as readonly [SQLInputValue];
  return row[0];
}

/** The arguments with the present put in the place of what stands for it. */
function resolveNow(
  name: keyof typeof FUNCTIONS,
  args: readonly SQLInputValue[],
  present: string,
): readonly SQLInputValue[] {
  const place = FUNCTIONS[name];
  const isNow = (value: SQLInputValue | undefined) => typeof value === "string" && NOW.test(value);
  if (name === "timediff") return args.map((value) => (isNow(value) ? present : value));
  const value = args[place];
  if (args.length === place || isNow(value)) return args.toSpliced(place, 1, present);
  const isSubsecond = typeof value === "string" && SUBSECOND_NOW.test(value);
  return isSubsecond ? args.toSpliced(place, 0, present) : args;
}

/**
 * Makes "now" in the SQL of one connection the time of a clock, in `DEFAULT`s and `CURRENT_TIMESTAMP`
 * as well. Only for connections whose object does not live in the machine's time.
 *
 * @param now milliseconds since the epoch; called with each use
 */
export function installVirtualNow(connection: DatabaseSync, now: () => number): void {
  // Deterministic, as SQLite's own are taken to be in indexes and generated columns.
  const options = { varargs: true, deterministic: true, useBigIntArguments: true };
  const present = () => new Date(now()).toISOString().replace("T", " ").replace("Z", "");
  for (const name of Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[]) {
    connection.function(name, options, (...args: SQLInputValue[]) =>
      calculate(name, resolveNow(name, args, present())),
    );
  }
  for (const [keyword, name] of Object.entries(KEYWORDS)) {
    connection.function(keyword, options, () => calculate(name, [present()]));
  }
}
