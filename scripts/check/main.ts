import { parseArgs, styleText } from "node:util";
import { CHECKS, type Check, type CheckResult } from "./checks.ts";

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean", default: false } },
});
const unknown = wanted.filter((name) => !Object.hasOwn(CHECKS, name));
if (unknown.length > 0) {
  console.error(
    `No check called ${unknown.join(", ")}; there are ${Object.keys(CHECKS).join(", ")}`,
  );
  process.exit(2);
}

const started = performance.now();
const chosen = Object.entries(CHECKS).filter(
  ([name]) => wanted.length === 0 || wanted.includes(name),
);
const passed = await Promise.all(chosen.map(([name, check]) => run(name, check)));
const failures = passed.filter((fine) => !fine).length;
const total = `${chosen.length - failures} of ${chosen.length} checks passed in ${seconds(started)}`;
console.log(styleText(["bold", failures === 0 ? "green" : "red"], total));
process.exitCode = failures === 0 ? 0 : 1;

async function run(name: string, check: Check): Promise<boolean> {
  const began = performance.now();
  const { problems, note } = await check(values).catch(asProblem);
  const fine = problems.length === 0;
  const mark = fine ? styleText("green", "✓") : styleText("red", "✗");
  const detail = [fine ? undefined : `${problems.length} found`, note, seconds(began)];
  console.log(`${mark} ${name.padEnd(8)} ${styleText("dim", detail.filter(Boolean).join(" · "))}`);
  for (const problem of problems) console.log(problem.replace(/^/gm, "    "));
  return fine;
}

/** A check that breaks down is a check that fails; the others go on. */
function asProblem(error: unknown): CheckResult {
  return { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
