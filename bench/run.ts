import { parseArgs } from "node:util";
import { formatTable } from "@freehold/conformance";
import { type Comparison, compareRounds, type Round, type Side, spreadOf } from "./src/compare.ts";
import type { Scenario } from "./src/harness/scenario.ts";
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
    log: { type: "string" },
  },
});
const say = (line: string) => console.error(line);

if (values.list) {
  const rows = scenarios.map(({ name, about }) => `${name.padEnd(18)} ${about}`);
  console.log(rows.join("\n"));
} else {
  const comparisons = await run(choose(values.only.flatMap((list) => list.split(","))));
  if (values.json) console.log(JSON.stringify({ scenarios: comparisons }));
}

function choose(names: readonly string[]): Scenario[] {
  const wanted = names.length > 0 ? names : DEFAULT_SCENARIOS;
  return wanted.map((name) => {
    const scenario = scenarios.find((it) => it.name === name);
    if (scenario === undefined) throw new Error(`there is no scenario ${name}; --list names them`);
    return scenario;
  });
}

async function run(chosen: readonly Scenario[]): Promise<Comparison[]> {
  const servers = await prepare(values.sides.split(","));
  const comparisons: Comparison[] = [];
  for (const scenario of chosen) {
    const rounds = await runRounds(scenario, servers);
    const comparison = compareRounds(scenario.name, rounds);
    comparisons.push(comparison);
    const report = format(scenario, rounds, comparison);
    if (values.json) say(report);
    else console.log(report);
  }
  return comparisons;
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
      round[side] = await measure(scenario, servers.get(side)!, options);
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
  const { cpuRatio, cpuRatioSpread } = comparison;
  const ratio =
    cpuRatio === null
      ? "CPU ratio ours/peer: not measured"
      : `CPU ratio ours/peer: ${cpuRatio} (${cpuRatioSpread?.join("-")})`;
  return [`${scenario.name}: ${scenario.about}`, formatTable(["", ...sides], rows), ratio, ""].join(
    "\n",
  );
}
