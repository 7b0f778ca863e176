import { describeCode, isCritical, primaryName } from "./sqlite-codes.ts";

/** The codes of errors that programs see. They show them in their text alone. */
const codes = new WeakMap<Error, number>();

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!("errcode" in error)) return codes.get(error);
  return typeof error.errcode === "number" ? error.errcode : undefined;
}

function withCode(text: string, code: number): Error {
  const error = new Error(text);
  codes.set(error, code);
  return error;
}

/** Texts that another version of SQLite has for the same. */
const TEXTS = new Map([["too many levels of trigger recursion", "triggers nested too deep"]]);

/**
 * An error of SQLite as programs see it; anything else as it is.
 *
 * @param offset of the error in the text, in bytes
 */
export function sqliteError(error: unknown, offset?: number): unknown {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error) || codes.has(error)) return error;
  const text = TEXTS.get(error.message) ?? error.message;
  const place = offset === undefined ? "" : ` at offset ${offset}`;
  return withCode(`${text}${place}: ${describeCode(code)}`, code);
}

/** Of SQLite's older full-text search, its polygons and its statistics. */
const ABSENT_FUNCTION =
  /^not authorized to use function: (?=(?:fts3_tokenizer|geopoly_\w+|matchinfo|median|offsets|optimize|percentile(?:_cont|_disc)?)\b)/i;
const ABSENT_TABLE = /^access to (dbstat)\.\w+ is prohibited/;

/** What the driver's SQLite has and the contract's has not is refused as if it were not there. */
export function absentError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const table = ABSENT_TABLE.exec(error.message)?.[1];
  if (table !== undefined) return withCode(`no such table: ${table}: SQLITE_ERROR`, SQLITE_ERROR);
  if (!ABSENT_FUNCTION.test(error.message)) return error;
  return withCode(error.message.replace(ABSENT_FUNCTION, "no such function: "), SQLITE_ERROR);
}

/** Whether it may be an error that SQLite finds while it compiles a statement. */
export function isCompileError(error: unknown): error is Error {
  return codeOf(error) === SQLITE_ERROR || isRefusal(error);
}

/** Whether the authorizer refused the statement. */
export function isRefusal(error: unknown): boolean {
  return ((codeOf(error) ?? 0) & 0xff) === SQLITE_AUTH;
}

/** Whether the error says that the disk or the file is at fault, and not the program. */
export function isStorageFault(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && isCritical(code);
}

/** Whether SQLite could not sync a file, or a directory: what was written may be gone. */
export function isSyncFault(error: unknown): boolean {
  const code = codeOf(error);
  return code === IOERR_FSYNC || code === IOERR_DIR_FSYNC;
}

/** The name of an error's primary code, such as `FULL`. */
export function primaryCode(error: unknown): string | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : primaryName(code);
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
const IOERR_FSYNC = 1034;
const IOERR_DIR_FSYNC = 1290;
const SQLITE_ERROR = 1;
const SQLITE_AUTH = 23;
const SQLITE_NOTADB = 26;
