import { describeCode, isCritical } from "./sqlite-codes.ts";

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

/** An error of SQLite as programs see it; anything else as it is. */
export function sqliteError(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error)) return error;
  return new Error(`${error.message}: ${describeCode(code)}`, { cause: error });
}

/** Whether the error says that the disk or the file is at fault, and not the program. */
export function isStorageFault(error: unknown): boolean {
  const code = codeOf(error) ?? (error instanceof Error ? codeOf(error.cause) : undefined);
  return code !== undefined && isCritical(code);
}

/** Whether a constraint stood against it. */
export function isConstraint(error: unknown): boolean {
  return ((codeOf(error) ?? 0) & 0xff) === SQLITE_CONSTRAINT;
}

/** Whether SQLite says that the file is none of its own. */
export function isNotADatabase(error: unknown): boolean {
  return ((codeOf(error) ?? 0) & 0xff) === SQLITE_NOTADB;
}

const SQLITE_CONSTRAINT = 19;
const SQLITE_NOTADB = 26;
