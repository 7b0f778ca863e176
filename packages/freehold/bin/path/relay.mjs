// Tools that run packages (npx, pnpm, yarn, bunx) are often asked to run wrangler. That is ours; all else
// goes to the next tool of the same name on PATH.
import { spawn } from "node:child_process";
import { delimiter } from "node:path";

const WRANGLER = /^wrangler(?:@.*)?$/;
/** Options that a value of their own follows. */
const WITH_VALUE = new Set([
  "-p",
  "--package",
  "-w",
  "--workspace",
  "--prefix",
  "-C",
  "--dir",
  "--filter",
  "-F",
  "--cwd",
]);

/**
 * @param tool name of the stand-in.
 * @param verbs words that may stand before the name of what is to run.
 */
export async function relay(tool, verbs) {
  const args = process.argv.slice(2);
  const at = placeOfWrangler(args, verbs);
  if (at !== undefined) {
    process.argv.splice(2, at + 1, "wrangler");
    await import("../freehold.mjs");
    return;
  }
  const others = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((one) => one !== import.meta.dirname);
  const env = { ...process.env, PATH: others.join(delimiter) };
  const child = spawn(tool, args, { stdio: "inherit", env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`${tool} could not be started: ${error.message}`);
    process.exit(127);
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}

function placeOfWrangler(args, verbs) {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at];
    if (WITH_VALUE.has(arg)) at += 1;
    else if (WRANGLER.test(arg)) return at;
    else if (!arg.startsWith("-") && !verbs.includes(arg)) return undefined;
  }
  return undefined;
}
