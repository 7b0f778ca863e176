import type { FaultResult } from "./run.ts";

/** A fault counts as caught when every program that is named for it has noticed it. */
export function isCaught({ fault, caughtBy }: FaultResult): boolean {
  return fault.programs.length > 0 && caughtBy.length === fault.programs.length;
}

/** The table fault × program: `caught`, `MISSED`, or `UNSOUND` where the sound host fails as well. */
export function formatFaults(results: readonly FaultResult[]): string {
  const width = Math.max(...results.map(({ fault }) => fault.name.length));
  const rows = results.flatMap(({ fault, caughtBy, unsound }) =>
    fault.programs.map((program, index) => {
      const name = index === 0 ? fault.name : "";
      const missed = unsound.includes(program) ? "UNSOUND" : "MISSED";
      const seen = (caughtBy.includes(program) ? "caught" : missed).padEnd(7);
      return `${name.padEnd(width)}  ${seen}  ${program}`;
    }),
  );
  const caught = results.filter(isCaught).length;
  return [...rows, "", `${caught} of ${results.length} faults caught`].join("\n");
}

/** What `--json` prints. */
export function summarizeFaults(results: readonly FaultResult[]) {
  return {
    faults: results.length,
    caught: results.filter(isCaught).length,
    byFault: Object.fromEntries(results.map(({ fault, caughtBy }) => [fault.name, caughtBy])),
  };
}
