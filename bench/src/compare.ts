import type { Figures } from "./harness/scenario.ts";
import { median, round } from "./harness/stats.ts";

export type Side = "ours" | "peer" | "limit";

/** The runs of one round; each side ran the same scenario right after the other. */
export type Round = Readonly<Partial<Record<Side, Figures>>>;

/** One scenario over all rounds. */
export interface Comparison {
  readonly name: string;
  /** Median over the rounds of ours/peer in CPU per operation; null where it is not measured. */
  readonly cpuRatio: number | null;
  /** The smallest and the largest of those ratios. */
  readonly cpuRatioSpread: readonly [number, number] | null;
  readonly ours: Figures;
  readonly peer: Figures;
  readonly limit: Figures;
}

const CPU = "server_cpu_us_per_op";

/** Reduces the rounds to medians; a side that did not run has no figures. */
export function compareRounds(name: string, rounds: readonly Round[]): Comparison {
  const ratios = rounds.flatMap(({ ours, peer }) => {
    const [mine, theirs] = [ours?.[CPU], peer?.[CPU]];
    if (typeof mine !== "number" || typeof theirs !== "number" || theirs === 0) return [];
    return [mine / theirs];
  });
  const measured = ratios.length > 0;
  const spread = [Math.min(...ratios), Math.max(...ratios)].map((it) => round(it)!) as [
    number,
    number,
  ];
  return {
    name,
    cpuRatio: measured ? round(median(ratios)) : null,
    cpuRatioSpread: measured ? spread : null,
    ours: medians(rounds.map(({ ours }) => ours)),
    peer: medians(rounds.map(({ peer }) => peer)),
    limit: medians(rounds.map(({ limit }) => limit)),
  };
}

function medians(runs: readonly (Figures | undefined)[]): Figures {
  const made = runs.filter((run) => run !== undefined);
  const names = Object.keys(made[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, medianOf(made, name)]));
}

function medianOf(runs: readonly Figures[], name: string): number | string | null {
  const values = runs.map((run) => run[name]).filter((value) => typeof value === "number");
  return values.length > 0 ? round(median(values)) : (runs[0]?.[name] ?? null);
}

/** `median (min-max)` of one figure over the rounds, or a dash. */
export function spreadOf(rounds: readonly Round[], side: Side, name: string): string {
  const values = rounds.map((it) => it[side]?.[name]).filter((value) => typeof value === "number");
  if (values.length === 0) return "-";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${short(median(values))} (${short(low)}-${short(high)})`;
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
