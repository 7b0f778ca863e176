import { SqlError } from "../errors.ts";

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

/** A runner whose failures are {@link SqlError}s. */
export function sqlRunner(engine: SqlEngine): SqlRunner {
  return <Row>(query: string, ...values: (SqlValue | Uint8Array)[]): Row[] => {
    try {
      return engine.exec(query, ...values).toArray() as Row[];
    } catch (error) {
      throw new SqlError(query, error);
    }
  };
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
