import { readArguments } from "./src/arguments.ts";
import { formatFaults, isCaught, summarizeFaults } from "./src/faults/report.ts";
import { runFaults } from "./src/faults/run.ts";
import { formatReport, formatTraces, summarize } from "./src/programs/report.ts";
import { runConformance } from "./src/programs/run.ts";

const { json, only, flags } = readArguments(process.argv.slice(2), ["faults", "live", "traces"]);
if (flags.has("faults")) await faults();
else await programs();

async function faults(): Promise<void> {
  const results = await runFaults(only);
  if (json) console.log(JSON.stringify(summarizeFaults(results)));
  (json ? console.error : console.log)(formatFaults(results));
  process.exitCode = results.every(isCaught) ? 0 : 1;
}

async function programs(): Promise<void> {
  const judged = await runConformance(only, flags.has("live"));
  const summary = summarize(judged);
  if (json) {
    console.error(formatReport(judged));
    console.log(JSON.stringify(summary));
  } else {
    if (flags.has("traces")) console.log(formatTraces(judged));
    console.log(formatReport(judged));
  }
  process.exitCode = summary.failed > 0 ? 1 : 0;
}
