/** What a {@link FreeholdError} carries besides its message. */
export interface FreeholdErrorOptions {
  /** What went wrong underneath. */
  cause?: unknown;
  /** One sentence: what the reader can do about it. */
  help?: string;
}

/**
 * Base of every error this package raises by itself.
 *
 * @example
 * try {
 *   await this.schedule(-1, "remind");
 * } catch (error) {
 *   if (error instanceof FreeholdError) console.error(error.code, error.help);
 * }
 */
export class FreeholdError extends Error {
  /** Stable, machine-readable name of the failure, in snake_case. */
  readonly code: string;
  /** One sentence: what the reader can do about it. Empty when there is nothing to add. */
  readonly help: string;

  constructor(code: string, message: string, options: FreeholdErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "FreeholdError";
    this.code = code;
    this.help = options.help ?? "";
  }
}

/** A statement given to `this.sql` failed. `query` is its text with `?` for each value. */
export class SqlError extends FreeholdError {
  /** The statement that failed, with placeholders. */
  readonly query: string;

  constructor(query: string, cause: unknown) {
    super("sql_failed", `SQL query failed: ${messageOf(cause)}`, { cause });
    this.name = "SqlError";
    this.query = query;
  }
}

/** The message of anything that can be thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
