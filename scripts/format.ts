import { rootFolder, runTool } from "./tools.ts";

const targets = process.argv.slice(2);
process.exitCode = await runTool("@biomejs/biome/bin/biome", [
  "check",
  "--write",
  ...(targets.length > 0 ? targets : [rootFolder]),
]);
