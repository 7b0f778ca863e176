import { type Combination, nameOf } from "./cell.ts";

/** The outcome of one row in one combination. */
export interface CellResult {
  readonly row: string;
  readonly combination: Combination;
  /** What the row threw; absent when it passed. */
  readonly error?: string;
  /** The room of our SDK that has to be built before this cell can run. */
  readonly later?: string;
}

/** The summary that `--json` prints. */
export interface MatrixSummary {
  /** Those that ran. */
  readonly cells: number;
  readonly green: number;
  /** `row/sdk-host-client` of every cell that failed without an excuse. */
  readonly red: readonly string[];
  /** Cells excused because the published packages on workerd failed the row in this very run. */
  readonly unsupportedUpstream: readonly string[];
  /** Cells that wait for a room of our SDK: how many for each room. Not among `cells`. */
  readonly later: Readonly<Record<string, number>>;
}

/**
 * Counts the cells. Only cells with a published part can be excused, and only when the published
 * SDK, with its own client on workerd, failed the same row; a cell all of ours never is.
 */
export function judgeMatrix(all: readonly CellResult[]): MatrixSummary {
  const results = all.filter(({ later }) => later === undefined);
  const unsupported = new Set(
    results
      .filter(({ combination, error }) => isReference(combination) && error !== undefined)
      .map(({ row }) => row),
  );
  const failed = results.filter(({ error }) => error !== undefined);
  const isExcused = ({ row, combination: { sdk, client } }: CellResult) =>
    unsupported.has(row) && (sdk === "upstream" || client === "upstream");
  const name = ({ row, combination }: CellResult) => `${row}/${nameOf(combination)}`;
  return {
    cells: results.length,
    green: results.length - failed.length,
    red: failed.filter((result) => !isExcused(result)).map(name),
    unsupportedUpstream: failed.filter(isExcused).map(name),
    later: countRooms(all),
  };
}

/** More rows than this that fail are no chance. */
const MOST_ROWS_AGAIN = 3;

/** Rows to ask again by themselves, and how many times in a row each has to be green then. */
export interface SecondLook {
  readonly rows: readonly string[];
  readonly times: number;
}

/**
 * What to ask again: no rows when all are green, and none when many failed. On a machine that many
 * suites share, workerd sometimes loses a connection that it was about to end: one more time does for
 * what failed on it alone. What failed on our host has to be green three times.
 */
export function secondLook(results: readonly CellResult[]): SecondLook {
  const failed = results.filter(({ error }) => error !== undefined);
  const rows = [...new Set(failed.map(({ row }) => row))];
  const onOurs = failed.some(({ combination }) => combination.host === "freehold");
  return { rows: rows.length > MOST_ROWS_AGAIN ? [] : rows, times: onOurs ? 3 : 1 };
}

/** The results with those of a second run in the place of the first ones' of the same rows. */
export function withSecondRun(
  first: readonly CellResult[],
  second: readonly CellResult[],
): readonly CellResult[] {
  const again = new Set(second.map(({ row }) => row));
  return [...first.filter(({ row }) => !again.has(row)), ...second];
}

function countRooms(results: readonly CellResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { later } of results) {
    if (later !== undefined) counts[later] = (counts[later] ?? 0) + 1;
  }
  return counts;
}

function isReference({ sdk, host, client }: Combination): boolean {
  return sdk === "upstream" && host === "workerd" && client === "upstream";
}
