// `node scripts/run.mjs <verb> [arguments]`: installs what is missing, then runs the verb with the
// repository's own Node. Runs on any Node ≥ 18; its own words go to stderr.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { ensureInstalled, findNode, root, SetupError, say } from "./setup.mjs";

const FROM_SOURCE = "--conditions=freehold-source";

/** @type {Record<string, { about: string, run: string[], cwd?: string }>} */
const VERBS = {
  start: {
    about: "the starter app in development",
    run: ["packages/freehold/bin/freehold.mjs", "dev"],
    cwd: "packages/create-freehold/template",
  },
  test: { about: "all tests, or those that match: test -- gates", run: ["scripts/test.ts"] },
  check: {
    about: "types, lint, arrows and more, or one: check -- arrows",
    run: ["scripts/check/main.ts"],
  },
  format: { about: "format and fix with Biome", run: ["scripts/format.ts"] },
  build: { about: "dist of every package, verified", run: ["scripts/build/main.ts"] },
  "api-diff": {
    about: "our interface against the published packages'",
    run: [FROM_SOURCE, "conformance/api-diff.ts"],
  },
  conformance: {
    about: "the same programs on workerd and on our host",
    run: [FROM_SOURCE, "conformance/run.ts"],
  },
  matrix: { about: "SDK × host × client", run: [FROM_SOURCE, "conformance/matrix.ts"] },
  bench: { about: "cost per operation against a peer", run: [FROM_SOURCE, "bench/run.ts"] },
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(`freehold: ${error.message}`);
  process.exitCode = 1;
}

/** @param {string[]} argv */
async function main([name = "", ...args]) {
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb) {
    const lines = Object.entries(VERBS).map(([verb, { about }]) => `  ${verb.padEnd(12)} ${about}`);
    throw new SetupError(`unknown command "${name}"; there are\n${lines.join("\n")}`);
  }
  await ensureInstalled();
  const [first = "", ...rest] = verb.run;
  const target = first.startsWith("--")
    ? [first, ...rest.map((file) => join(root, file))]
    : [join(root, first), ...rest];
  start(findNode(), [...target, ...args], join(root, verb.cwd ?? "."));
}

/**
 * Runs Node as a child that shares our terminal; ends as it ends.
 *
 * @param {string} node
 * @param {string[]} args
 * @param {string} cwd
 */
function start(node, args, cwd) {
  const child = spawn(node, args, { cwd, env: environment(node), stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      // A terminal sends its interrupt to the child as well: passing it on would count twice.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    say(`freehold: ${node} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1));
  });
}

/**
 * The pinned Node and the repository's commands come first for whatever a verb starts.
 *
 * @param {string} node
 */
function environment(node) {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const path = [dirname(node), join(root, "node_modules/.bin"), process.env[key] ?? ""];
  return {
    ...process.env,
    [key]: path.join(delimiter),
    NODE: node,
    npm_node_execpath: node,
  };
}
