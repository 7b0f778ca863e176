import { readArguments } from "./src/arguments.ts";
import { formatReport, formatTraces, summarize } from "./src/programs/report.ts";
import { runConformance } from "./src/programs/run.ts";

const { json, only, flags } = readArguments(process.argv.slice(2), ["live", "traces"]);
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
