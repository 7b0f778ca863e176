import { readArguments } from "./src/arguments.ts";
import { judgeMatrix } from "./src/matrix/judge.ts";
import { formatMatrix } from "./src/matrix/report.ts";
import { runMatrix } from "./src/matrix/run.ts";

const { json, only } = readArguments(process.argv.slice(2));
const results = await runMatrix(only);
const summary = judgeMatrix(results);
const report = formatMatrix(results);
if (json) {
  console.error(report);
  console.log(JSON.stringify(summary));
} else {
  console.log(report);
  const { cells, green, red, unsupportedUpstream } = summary;
  console.log(
    `\n${cells} cells: ${green} green, ${red.length} red, ${unsupportedUpstream.length} not supported by the published packages`,
  );
}
process.exit(summary.red.length > 0 ? 1 : 0);
