import { FreeholdError, SqlError } from "../errors.ts";

/** A value that can be bound to a statement. */
export type SqlValue = string | number | boolean | null;

/** Runs a statement on the agent's own database, at once; `?` are bound in order. */
export type SqlRunner = <Row = Record<string, SqlValue>>(
  query: string,
  ...values: (SqlValue | Uint8Array)[]
) => Row[];

/** The part of the platform's SQL interface that is used. */
export interface SqlEngine {
  exec(query: string, ...values: unknown[]): { toArray(): unknown[] };
}

/** Databases that nothing is stored in any more. */
const closed = new WeakSet<SqlEngine>();

/** From now on every statement of a runner on this database fails: its object is destroyed. */
export function closeSql(engine: SqlEngine): void {
  closed.add(engine);
}

/** A runner whose failures are {@link SqlError}s. */
export function sqlRunner(engine: SqlEngine): SqlRunner {
  return <Row>(query: string, ...values: (SqlValue | Uint8Array)[]): Row[] => {
    try {
      if (closed.has(engine)) throw destroyed();
      return engine.exec(query, ...values).toArray() as Row[];
    } catch (error) {
      throw new SqlError(query, error);
    }
  };
}

function destroyed(): FreeholdError {
  return new FreeholdError("agent_destroyed", "the agent is destroyed", {
    help: "Store nothing after destroy(): the next request begins a new life of the agent.",
  });
}

/** Whether a statement failed because a table is not there. */
export function isMissingTable(error: unknown): boolean {
  return error instanceof SqlError && /no such table/i.test(error.message);
}

/** Like `run`, for a table that may not exist yet: then there are no rows. */
export function rowsOrNone<Row>(run: () => Row[]): Row[] {
  try {
    return run();
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}

/**
 * Runs a write; where its table is missing, makes that and runs it again. A table that was made once
 * may be gone: with the transaction around its first row, which was rolled back.
 */
export function withTable<T>(write: () => T, create: () => void): T {
  try {
    return write();
  } catch (error) {
    if (!isMissingTable(error)) throw error;
    create();
    return write();
  }
}

const queries = new WeakMap<TemplateStringsArray, string>();

/** The text of a tagged template with `?` for each value; computed once per place in the source. */
export function templateQuery(strings: TemplateStringsArray): string {
  let query = queries.get(strings);
  if (query === undefined) {
    query = strings.join("?");
    queries.set(strings, query);
  }
  return query;
}
