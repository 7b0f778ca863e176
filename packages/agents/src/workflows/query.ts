import { clamp } from "../fibers/decide.ts";
import type { SqlValue } from "../storage/sql.ts";
import { type Cursor, decodeCursor, encodeCursor, infoOf } from "./decide.ts";
import type { Condition, WorkflowStore } from "./store.ts";
import type { WorkflowPage, WorkflowQueryCriteria } from "./types.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** Which rows `deleteWorkflows` removes. */
export type DeleteCriteria = Omit<WorkflowQueryCriteria, "limit" | "orderBy"> & {
  createdBefore?: Date;
};

/** A page of the workflows that match. @throws Error for a cursor that is none. */
export function findWorkflows(
  store: WorkflowStore,
  { cursor, limit, orderBy, ...criteria }: WorkflowQueryCriteria,
): WorkflowPage {
  const where = conditionOf(criteria);
  const after = cursor ? decodeCursor(cursor) : undefined;
  const size = limit !== undefined && limit <= 0 ? 0 : clamp(limit, DEFAULT_LIMIT, MAX_LIMIT);
  // One more tells whether there is a next page.
  const rows = size === 0 ? [] : store.page(where, after, orderBy !== "asc", size + 1);
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const next: Cursor | undefined =
    last && rows.length > size
      ? { createdAt: last.created_at, workflowId: last.workflow_id }
      : undefined;
  return {
    workflows: shown.map(infoOf),
    total: store.count(where),
    nextCursor: next ? encodeCursor(next) : null,
  };
}

/** The condition on rows that criteria come to. */
export function conditionOf({
  createdBefore,
  metadata = {},
  status,
  workflowName,
}: DeleteCriteria): Condition {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const statuses = status === undefined ? [] : [status].flat();
  if (status !== undefined) {
    parts.push(`status IN (${statuses.map(() => "?").join(", ")})`);
    values.push(...statuses);
  }
  if (workflowName !== undefined) {
    parts.push("workflow_name = ?");
    values.push(workflowName);
  }
  for (const [key, value] of Object.entries(metadata)) {
    parts.push(FIELD);
    values.push(key, key, ...jsonOf(value));
  }
  if (createdBefore !== undefined) {
    parts.push("created_at < ?");
    values.push(Math.floor(createdBefore.getTime() / 1000));
  }
  return { sql: parts.length > 0 ? parts.join(" AND ") : "1", values };
}

/** A field of this very name, or the one at this path, has a value. */
const FIELD = `EXISTS (SELECT 1 FROM json_tree(
  CASE WHEN json_valid(metadata) THEN metadata END) AS field
  WHERE ((field.path = '$' AND field.key = ?) OR field.fullkey = '$.' || ?)
  AND field.type IN (SELECT value FROM json_each(?)) AND field.atom = ?)`;

/** The types that a value may have in JSON, and the value as SQLite shows it. */
function jsonOf(value: string | number | boolean): readonly SqlValue[] {
  if (typeof value === "boolean") return [JSON.stringify([String(value)]), value ? 1 : 0];
  return [JSON.stringify(typeof value === "number" ? ["integer", "real"] : ["text"]), value];
}
