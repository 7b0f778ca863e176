import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { CHROMIUM_HELP, findChromium } from "./testing/chromium.ts";
import { runTool } from "./tools.ts";

// Hundreds of processes are started from the sources: what one has compiled the next ones use, which
// halves the CPU of a start.
const compiled =
  process.env.NODE_COMPILE_CACHE ?? mkdtempSync(join(tmpdir(), "freehold-compiled-"));
try {
  process.exitCode = await runTool("vitest/vitest.mjs", ["run", ...process.argv.slice(2)], {
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
} finally {
  if (compiled !== process.env.NODE_COMPILE_CACHE)
    rmSync(compiled, { recursive: true, force: true });
}
if (!findChromium()) {
  const line = styleText(["black", "bgYellow", "bold"], ` ${CHROMIUM_HELP} `, {
    stream: process.stderr,
  });
  process.stderr.write(`${line}\n`);
}
