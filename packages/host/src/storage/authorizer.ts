import { constants } from "node:sqlite";

const {
  SQLITE_OK,
  SQLITE_DENY,
  SQLITE_CREATE_TEMP_INDEX,
  SQLITE_CREATE_TEMP_TABLE,
  SQLITE_CREATE_TEMP_TRIGGER,
  SQLITE_CREATE_TEMP_VIEW,
  SQLITE_DROP_TEMP_INDEX,
  SQLITE_DROP_TEMP_TABLE,
  SQLITE_DROP_TEMP_TRIGGER,
  SQLITE_DROP_TEMP_VIEW,
  SQLITE_PRAGMA,
  SQLITE_READ,
  SQLITE_SELECT,
  SQLITE_TRANSACTION,
  SQLITE_ATTACH,
  SQLITE_DETACH,
  SQLITE_CREATE_VTABLE,
  SQLITE_FUNCTION,
  SQLITE_SAVEPOINT,
  SQLITE_RECURSIVE,
} = constants;

/** What a program's statement wants to do, as SQLite asks while it compiles the statement. */
export interface Action {
  readonly code: number;
  readonly first: string | null;
  readonly second: string | null;
  readonly schema: string | null;
}

export type Verdict = "allow" | "deny" | "transaction";

/** Tables, indexes and the like whose names start so belong to the host. */
const OWN_PREFIX = "_cf_";

const FORBIDDEN = new Set([
  SQLITE_CREATE_TEMP_INDEX,
  SQLITE_CREATE_TEMP_TABLE,
  SQLITE_CREATE_TEMP_TRIGGER,
  SQLITE_CREATE_TEMP_VIEW,
  SQLITE_DROP_TEMP_INDEX,
  SQLITE_DROP_TEMP_TABLE,
  SQLITE_DROP_TEMP_TRIGGER,
  SQLITE_DROP_TEMP_VIEW,
  SQLITE_ATTACH,
  SQLITE_DETACH,
]);

const READING = new Set([SQLITE_READ, SQLITE_SELECT, SQLITE_FUNCTION, SQLITE_RECURSIVE]);

const VIRTUAL_TABLES = new Set(["fts5", "fts5vocab", "rtree", "rtree_i32"]);

const FUNCTIONS = new Set(
  `-> ->> abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil changes char coalesce concat
  concat_ws cos cosh count cume_dist current_date current_time current_timestamp date datetime degrees
  dense_rank exp first_value floor format glob group_concat hex highlight ifnull iif instr json
  json_array json_array_length json_each json_extract json_group_array json_group_object json_insert
  json_object json_patch json_quote json_remove json_replace json_set json_tree json_type json_valid
  jsonb jsonb_array jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert jsonb_object
  jsonb_patch jsonb_remove jsonb_replace jsonb_set julianday lag last_insert_rowid last_value lead
  length like likelihood likely ln load_extension log log2 lower ltrim match max min mod nth_value
  ntile nullif octet_length percent_rank pi pow printf quote radians random randomblob rank replace
  round row_number rtreecheck rtrim sign sin sinh snippet sqrt strftime string_agg substr substring
  sum tan tanh time timediff total total_changes trim trunc typeof unhex unicode unixepoch unlikely
  upper zeroblob`.split(/\s+/),
);

const FLAG_PRAGMAS = new Set([
  "case_sensitive_like",
  "foreign_keys",
  "defer_foreign_keys",
  "ignore_check_constraints",
  "legacy_alter_table",
  "recursive_triggers",
  "reverse_unordered_selects",
]);

const READ_ONLY_PRAGMAS = new Set(["data_version", "page_size"]);

const NAME_PRAGMAS = new Set([
  "table_info",
  "table_xinfo",
  "foreign_key_list",
  "index_info",
  "index_list",
  "index_xinfo",
]);

const OPTIONAL_NAME_PRAGMAS = new Set(["foreign_key_check", "quick_check", "table_list"]);

const MASK = /^-?(?:\d+|0x[0-9a-f]+)$/i;

const FLAG_VALUE = /^(?:0|1|on|off|yes|no|true|false)$/i;

function isOwn(name: string | null): boolean {
  return name?.toLowerCase().startsWith(OWN_PREFIX) ?? false;
}

function authorizePragma(name: string, argument: string | null): boolean {
  if (FLAG_PRAGMAS.has(name)) return argument === null || FLAG_VALUE.test(argument);
  if (READ_ONLY_PRAGMAS.has(name)) return argument === null;
  if (NAME_PRAGMAS.has(name)) return argument !== null && !isOwn(argument);
  if (name === "optimize") return argument === null || MASK.test(argument);
  return OPTIONAL_NAME_PRAGMAS.has(name) && !isOwn(argument);
}

/** Columns of the table `dbstat`, which this build of SQLite has. A program's own has others. */
const DBSTAT_COLUMNS = new Set(
  "path pageno pagetype ncell payload unused mx_payload pgoffset pgsize aggregate".split(" "),
);

function isStatistics(table: string | null, column: string | null): boolean {
  return table?.toLowerCase() === "dbstat" && DBSTAT_COLUMNS.has(column ?? "");
}

/** Functions that SQLite's own `ALTER TABLE` calls. Programs cannot reach them. */
const INTERNAL_FUNCTION = /^sqlite_(?:rename|drop)_/;

function authorizeFunction(name: string): boolean {
  return FUNCTIONS.has(name) || INTERNAL_FUNCTION.test(name);
}

/** Whether a program's statement may do this. */
export function authorize({ code, first, second, schema }: Action): Verdict {
  if (code === SQLITE_TRANSACTION || code === SQLITE_SAVEPOINT) return "transaction";
  if (FORBIDDEN.has(code)) return "deny";
  if (code === SQLITE_SELECT || code === SQLITE_RECURSIVE) return "allow";
  if (code === SQLITE_FUNCTION) return allowIf(authorizeFunction(second?.toLowerCase() ?? ""));
  if (code === SQLITE_PRAGMA) {
    return allowIf(schema !== "temp" && authorizePragma(first?.toLowerCase() ?? "", second));
  }
  // Renaming a table also looks for it among temporary ones, of which there are none.
  if (schema === "temp" && !READING.has(code) && !isUpdate(code)) return "deny";
  if (code === SQLITE_CREATE_VTABLE && !VIRTUAL_TABLES.has(second?.toLowerCase() ?? "")) {
    return "deny";
  }
  if (code === SQLITE_READ && isStatistics(first, second)) return "deny";
  // Columns may be called as they like: only what is read or updated names them.
  return allowIf(!isOwn(first) && (code === SQLITE_READ || isUpdate(code) || !isOwn(second)));
}

function isUpdate(code: number): boolean {
  return code === constants.SQLITE_UPDATE;
}

function allowIf(condition: boolean): Verdict {
  return condition ? "allow" : "deny";
}

/** Whether a statement that does this may change the database. */
export function changes({ code, first }: Action): boolean {
  if (code === SQLITE_PRAGMA) return first?.toLowerCase() === "optimize";
  return !READING.has(code);
}

const ROW_CHANGES = new Set([
  constants.SQLITE_INSERT,
  constants.SQLITE_UPDATE,
  constants.SQLITE_DELETE,
]);

/** Whether a statement that does this changes rows of a program's tables. */
export function changesRows({ code, first }: Action): boolean {
  return ROW_CHANGES.has(code) && !first?.startsWith("sqlite_");
}

const SETS_FLAG = new RegExp(
  String.raw`\bPRAGMA\s+(?:\w+\s*\.\s*)?(?:${[...FLAG_PRAGMAS].join("|")})\s*[=(]`,
  "i",
);

/** Whether a statement changes a setting of the connection. */
export function setsFlag(sql: string): boolean {
  return SETS_FLAG.test(sql);
}

/** What SQLite understands as an answer. */
export function answer(verdict: Verdict): number {
  return verdict === "allow" ? SQLITE_OK : SQLITE_DENY;
}
