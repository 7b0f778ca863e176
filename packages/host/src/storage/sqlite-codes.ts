/** Result codes by number, named as SQLite names them without the prefix `SQLITE_`. */
const PRIMARY: readonly (string | undefined)[] = [
  "OK",
  "ERROR",
  "INTERNAL",
  "PERM",
  "ABORT",
  "BUSY",
  "LOCKED",
  "NOMEM",
  "READONLY",
  "INTERRUPT",
  "IOERR",
  "CORRUPT",
  "NOTFOUND",
  "FULL",
  "CANTOPEN",
  "PROTOCOL",
  "EMPTY",
  "SCHEMA",
  "TOOBIG",
  "CONSTRAINT",
  "MISMATCH",
  "MISUSE",
  "NOLFS",
  "AUTH",
  "FORMAT",
  "RANGE",
  "NOTADB",
];

/** For each primary code its extended codes, in order of their second byte, which starts at 1. */
const EXTENDED: Readonly<Record<string, readonly string[]>> = {
  ERROR: ["MISSING_COLLSEQ", "RETRY", "SNAPSHOT"],
  ABORT: ["", "ROLLBACK"],
  BUSY: ["RECOVERY", "SNAPSHOT", "TIMEOUT"],
  LOCKED: ["SHAREDCACHE", "VTAB"],
  READONLY: ["RECOVERY", "CANTLOCK", "ROLLBACK", "DBMOVED", "CANTINIT", "DIRECTORY"],
  IOERR: [
    ...["READ", "SHORT_READ", "WRITE", "FSYNC", "DIR_FSYNC", "TRUNCATE", "FSTAT", "UNLOCK"],
    ...["RDLOCK", "DELETE", "BLOCKED", "NOMEM", "ACCESS", "CHECKRESERVEDLOCK", "LOCK", "CLOSE"],
    ...["DIR_CLOSE", "SHMOPEN", "SHMSIZE", "SHMLOCK", "SHMMAP", "SEEK", "DELETE_NOENT", "MMAP"],
    ...["GETTEMPPATH", "CONVPATH", "VNODE", "AUTH", "BEGIN_ATOMIC", "COMMIT_ATOMIC"],
    ...["ROLLBACK_ATOMIC", "DATA", "CORRUPTFS", "IN_PAGE"],
  ],
  CORRUPT: ["VTAB", "SEQUENCE", "INDEX"],
  CANTOPEN: ["NOTEMPDIR", "ISDIR", "FULLPATH", "CONVPATH", "DIRTYWAL", "SYMLINK"],
  CONSTRAINT: [
    ...["CHECK", "COMMITHOOK", "FOREIGNKEY", "FUNCTION", "NOTNULL", "PRIMARYKEY", "TRIGGER"],
    ...["UNIQUE", "VTAB", "ROWID", "PINNED", "DATATYPE"],
  ],
  AUTH: ["USER"],
};

/**
 * An SQLite result code in words: `SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)`, or only the
 * first part where there is no second.
 */
export function describeCode(code: number): string {
  const primary = PRIMARY[code & 0xff];
  if (primary === undefined) return `SQLITE_UNKNOWN (${code})`;
  const second = code >> 8;
  if (second === 0) return `SQLITE_${primary}`;
  const extended = EXTENDED[primary]?.[second - 1] ?? String(second);
  return `SQLITE_${primary} (extended: SQLITE_${primary}_${extended})`;
}

/** Codes after which SQLite may have rolled the whole transaction back. */
export function isCritical(code: number): boolean {
  const name = primaryName(code);
  return name !== undefined && CRITICAL.has(name);
}

const CRITICAL = new Set(["IOERR", "CORRUPT", "FULL", "NOMEM", "NOTADB", "CANTOPEN", "READONLY"]);

/** A code's primary part, without the prefix. */
export function primaryName(code: number): string | undefined {
  return PRIMARY[code & 0xff];
}
