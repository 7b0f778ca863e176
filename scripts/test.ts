import { styleText } from "node:util";
import { CHROMIUM_HELP, findChromium } from "./testing/chromium.ts";
import { runTool } from "./tools.ts";

process.exitCode = await runTool("vitest/vitest.mjs", ["run", ...process.argv.slice(2)]);
if (!findChromium()) {
  const line = styleText(["black", "bgYellow", "bold"], ` ${CHROMIUM_HELP} `, {
    stream: process.stderr,
  });
  process.stderr.write(`${line}\n`);
}
