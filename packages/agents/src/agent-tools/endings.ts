import type { Ending } from "./store.ts";
import type { AgentToolRunInspection } from "./types.ts";

/** How the end of a run is stored, from what its agent says of it. */
export function endingOf(inspection: AgentToolRunInspection): Ending {
  const { error, output, status, summary } = inspection;
  return {
    status,
    ...(output === undefined ? {} : { output }),
    ...(summary === undefined ? {} : { summary }),
    ...(error === undefined ? {} : { error }),
  } as Ending;
}
