import { FreeholdError } from "../errors.ts";
import { keyText, type ObjectKey } from "../objects/key.ts";
import { primaryCode } from "./sql-errors.ts";

/** What stands behind a failure of storage, as far as the machine tells. */
type Cause = "full" | "readOnly" | "descriptors" | "damaged" | "unreadable" | "broken";

interface Explanation {
  readonly code: string;
  readonly what: string;
  readonly help: string;
}

const EXPLANATIONS: Readonly<Record<Cause, Explanation>> = {
  full: {
    code: "DISK_FULL",
    what: "could not be written: the disk is full",
    help: "Free some space: what was acknowledged is safe, and the host need not be restarted.",
  },
  readOnly: {
    code: "STORAGE_READ_ONLY",
    what: "could not be written: this user may not, or the disk is mounted read-only",
    help: "Let the user that the host runs as write to the whole data directory.",
  },
  descriptors: {
    code: "TOO_MANY_OPEN_FILES",
    what: "could not be opened: this process has too many files open",
    help: "Raise the limit (`ulimit -n`, or `LimitNOFILE=` of systemd) and restart the host.",
  },
  damaged: {
    code: "STORAGE_DAMAGED",
    what: "is damaged, or no database at all; it was left as it is",
    help: "Run `freehold doctor` on the stopped host, and restore the object from a backup.",
  },
  unreadable: {
    code: "STORAGE_UNREADABLE",
    what: "could not be opened",
    help: "Check that its path is a file that the user of the host may read and write.",
  },
  broken: {
    code: "STORAGE_IO_FAILED",
    what: "could not be read or written",
    help: "Check the disk and the machine's log; then restart the host.",
  },
};

const BY_SQLITE: Readonly<Record<string, Cause>> = {
  FULL: "full",
  READONLY: "readOnly",
  CORRUPT: "damaged",
  NOTADB: "damaged",
  CANTOPEN: "unreadable",
  IOERR: "broken",
};

const BY_SYSTEM: Readonly<Record<string, Cause>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EFBIG: "full",
  EROFS: "readOnly",
  EACCES: "readOnly",
  EPERM: "readOnly",
  EMFILE: "descriptors",
  ENFILE: "descriptors",
  EISDIR: "unreadable",
  ENOTDIR: "unreadable",
  EIO: "broken",
};

function causeOf(error: unknown, mayOpen: () => boolean): Cause | undefined {
  if (!(error instanceof Error)) return undefined;
  const sqlite = BY_SQLITE[primaryCode(error) ?? ""];
  // SQLite does not tell one reason why a file cannot be opened from the other.
  if (sqlite === "unreadable" && !mayOpen()) return "descriptors";
  if (sqlite !== undefined) return sqlite;
  const code = "code" in error ? String(error.code) : "";
  return BY_SYSTEM[code];
}

/**
 * What a failure of storage means for whoever runs the host; `undefined` when it is none.
 *
 * @param of whose storage it is
 * @param mayOpen whether this process may open one more file
 */
export function storageFault(
  error: unknown,
  of: ObjectKey | string,
  mayOpen: () => boolean,
): FreeholdError | undefined {
  if (error instanceof FreeholdError) return undefined;
  const cause = causeOf(error, mayOpen);
  if (cause === undefined) return undefined;
  const { code, what, help } = EXPLANATIONS[cause];
  const whose = typeof of === "string" ? of : `The storage of ${keyText(of)}`;
  return new FreeholdError(code, `${whose} ${what}.`, { help, cause: error });
}

/** Whether nothing was written and trying again may help: unlike a sync, which never is. */
export function isPassing(error: unknown): boolean {
  const cause = causeOf(error, () => true);
  return cause === "full" || cause === "descriptors";
}
