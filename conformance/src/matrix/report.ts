import { formatTable } from "../report/table.ts";
import { COMBINATIONS, nameOf } from "./cell.ts";
import type { CellResult } from "./judge.ts";

/** Rows × combinations, with the failures spelled out first. */
export function formatMatrix(results: readonly CellResult[]): string {
  const names = [...new Set(results.map(({ row }) => row))];
  const failures = formatFailures(results);
  const body = names.map((name) => [
    name,
    ...COMBINATIONS.map((combination) => {
      const cell = results.find((it) => it.row === name && it.combination === combination);
      if (cell === undefined) return "";
      if (cell.later !== undefined) return "later";
      return cell.error === undefined ? "green" : "RED";
    }),
  ]);
  const header = (part: "sdk" | "host" | "client") => [
    part,
    ...COMBINATIONS.map((combination) => combination[part]),
  ];
  const table = formatTable(header("sdk"), [header("host"), header("client"), ...body]);
  const waiting = formatWaiting(results);
  return [...withGap(failures), table, ...waiting].join("\n");
}

function withGap(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? [...lines, ""] : lines;
}

/** One line for each room of ours that is still to be built. */
function formatWaiting(results: readonly CellResult[]): string[] {
  const waiting = results.filter(({ later }) => later !== undefined);
  return Object.entries(Object.groupBy(waiting, ({ later }) => later ?? "")).map(
    ([room, cells = []]) =>
      `later: ${room}: ${[...new Set(cells.map(({ row }) => row))].join(", ")}`,
  );
}

/** One line for each failure; the same failure of many rows in one combination is told once. */
function formatFailures(results: readonly CellResult[]): string[] {
  const failed = results.filter(({ error }) => error !== undefined);
  const alike = Object.groupBy(failed, (cell) => `${nameOf(cell.combination)} ${cell.error}`);
  return Object.values(alike).map((cells = []) => {
    const [first] = cells;
    const names = cells.map(({ row }) => row).join(", ");
    return `RED ${nameOf(first!.combination)}: ${names}\n    ${firstLines(first!.error!)}`;
  });
}

const firstLines = (text: string) => text.split("\n").slice(0, 12).join("\n    ");
