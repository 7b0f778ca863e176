import { marks } from "./api-owners.ts";
import { formatApiReport, markDifferences } from "./src/api/judge.ts";
import { compareObserved } from "./src/api/observe.ts";
import { compareSurface } from "./src/api/surface.ts";
import { readArguments } from "./src/arguments.ts";

const { json } = readArguments(process.argv.slice(2));
const report = markDifferences([...compareSurface(), ...(await compareObserved())], marks);
if (json) {
  console.error(formatApiReport(report));
  console.log(JSON.stringify(report));
} else {
  console.log(formatApiReport(report));
}
process.exit(report.bugs.length > 0 ? 1 : 0);
