import { parseArgs } from "node:util";
import { formatTable } from "@freehold/conformance";
import { type Budget, formatOutcome, judge, type Outcome } from "./src/budgets/budget.ts";
import { budgets } from "./src/budgets/index.ts";
import {
  type Comparison,
  compareRounds,
  formatJudgement,
  type Round,
  spreadOf,
} from "./src/compare.ts";
import type { Scenario, Side } from "./src/harness/scenario.ts";
import type { Serve } from "./src/harness/server.ts";
import { measure } from "./src/measure.ts";
import { DEFAULT_SCENARIOS, scenarios } from "./src/scenarios/index.ts";
import { prepareFreehold } from "./src/servers/freehold.ts";
import { LIMITED, prepareLimit } from "./src/servers/limit.ts";
import { preparePeer } from "./src/servers/peer.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    sides: { type: "string", default: "peer,ours,limit" },
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    deflate: { type: "boolean", default: false },
    agents: { type: "string" },
    log: { type: "string" },
  },
});
const say = (line: string) => console.error(line);

if (values.list) {
  const rows = [...scenarios, ...budgets].map(({ name, about }) => `${name.padEnd(18)} ${about}`);
  console.log(rows.join("\n"));
} else {
  const names = values.only.flatMap((list) => list.split(","));
  const chosen = choose(names.length > 0 ? names : DEFAULT_SCENARIOS);
  const comparisons = chosen.scenarios.length > 0 ? await run(chosen.scenarios) : [];
  const outcomes = await runBudgets(chosen.budgets);
  if (values.json) console.log(JSON.stringify({ scenarios: comparisons, budgets: outcomes }));
  if (outcomes.some(({ isMet }) => !isMet)) process.exitCode = 1;
}

function choose(names: readonly string[]): { scenarios: Scenario[]; budgets: Budget[] } {
  const known = new Set([...scenarios, ...budgets].map(({ name }) => name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`there is no ${unknown}; --list names them`);
  return {
    scenarios: scenarios.filter(({ name }) => names.includes(name)),
    budgets: budgets.filter(({ name }) => names.includes(name)),
  };
}

async function runBudgets(chosen: readonly Budget[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const budget of chosen) {
    const outcome = judge(budget, await budget.run({ say, log: values.log }));
    outcomes.push(outcome);
    tell(formatOutcome(budget, outcome));
  }
  return outcomes;
}

/** Reports go where the document of `--json` does not. */
function tell(report: string): void {
  if (values.json) say(report);
  else console.log(report);
}

async function run(chosen: readonly Scenario[]): Promise<Comparison[]> {
  const sides = values.sides.split(",");
  const usual = chosen.every(({ serves }) => serves) ? new Map() : await prepare(sides);
  const comparisons: Comparison[] = [];
  for (const scenario of chosen) {
    const rounds = await runRounds(scenario, (await serversOf(scenario, sides)) ?? usual);
    const comparison = compareRounds(scenario.name, rounds, scenario.targets);
    comparisons.push(comparison);
    tell(format(scenario, rounds, comparison));
  }
  return comparisons;
}

/** The servers that a scenario brings along. */
async function serversOf(
  { serves }: Scenario,
  sides: readonly string[],
): Promise<Map<Side, Serve> | undefined> {
  if (serves === undefined) return undefined;
  const own = new Map<Side, Serve>();
  for (const side of ["peer", "ours"] as const) {
    if (sides.includes(side) && serves[side]) own.set(side, await serves[side](say));
  }
  return own;
}

async function prepare(sides: readonly string[]): Promise<Map<Side, Serve>> {
  const servers = new Map<Side, Serve>();
  if (sides.includes("peer")) servers.set("peer", await preparePeer(say));
  if (sides.includes("ours")) servers.set("ours", await prepareFreehold());
  if (sides.includes("limit")) servers.set("limit", prepareLimit());
  return servers;
}

/** The sides take turns, and each round begins with another one, so that drift hits all alike. */
async function runRounds(scenario: Scenario, servers: Map<Side, Serve>): Promise<Round[]> {
  const options = {
    seconds: Number(values.seconds),
    deflate: values.deflate,
    ...(values.agents === undefined ? {} : { agents: Number(values.agents) }),
    ...(values.log === undefined ? {} : { log: values.log }),
  };
  const sides = [...servers.keys()].filter(
    (side) => side !== "limit" || LIMITED.has(scenario.name),
  );
  const rounds: Round[] = [];
  for (let index = 0; index < Number(values.rounds); index++) {
    const turn = index % sides.length;
    const round: Partial<Record<Side, Round[Side]>> = {};
    for (const side of [...sides.slice(turn), ...sides.slice(0, turn)]) {
      say(`${scenario.name} round ${index + 1}: ${side}`);
      round[side] = await measure(scenario, servers.get(side)!, { side, ...options });
    }
    rounds.push(round as Round);
  }
  return rounds;
}

function format(scenario: Scenario, rounds: readonly Round[], comparison: Comparison): string {
  const sides = (["ours", "peer", "limit"] as const).filter((side) => rounds[0]?.[side]);
  const extra = ["foreign_cores", "load_generator_cores"];
  const rows = [...scenario.shown, ...extra].map((figure) => [
    figure,
    ...sides.map((side) => spreadOf(rounds, side, figure)),
  ]);
  const { cpuRatio, cpuRatioSpread, targets } = comparison;
  const ratio =
    cpuRatio === null
      ? "CPU ratio ours/peer: not measured"
      : `CPU ratio ours/peer: ${cpuRatio} (${cpuRatioSpread?.join("-")})`;
  const title = `${scenario.name}: ${scenario.about}`;
  const table = formatTable(["", ...sides], rows);
  return [title, table, ratio, ...targets.map(formatJudgement), ""].join("\n");
}
