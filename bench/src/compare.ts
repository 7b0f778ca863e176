import type { Figures, Side, Target } from "./harness/scenario.ts";
import { median, round } from "./harness/stats.ts";

/** The runs of one round; each side ran the same scenario right after the other. */
export type Round = Readonly<Partial<Record<Side, Figures>>>;

/** A figure of ours as a share of the peer's, over all rounds. */
interface Ratio {
  /** Median. */
  readonly ratio: number;
  /** Smallest and largest. */
  readonly spread: readonly [number, number];
}

/** A target held against what was measured; nulls where either side has no figure. */
interface Judgement extends Target {
  readonly ratio: number | null;
  readonly spread: readonly [number, number] | null;
  readonly isMet: boolean;
}

/** One scenario over all rounds. */
export interface Comparison {
  readonly name: string;
  readonly targets: readonly Judgement[];
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
export function compareRounds(
  name: string,
  rounds: readonly Round[],
  targets: readonly Target[] = [],
): Comparison {
  const cpu = ratioOf(rounds, CPU);
  return {
    name,
    cpuRatio: cpu?.ratio ?? null,
    cpuRatioSpread: cpu?.spread ?? null,
    targets: targets.map((target) => judge(rounds, target)),
    ours: medians(rounds.map(({ ours }) => ours)),
    peer: medians(rounds.map(({ peer }) => peer)),
    limit: medians(rounds.map(({ limit }) => limit)),
  };
}

/** Ours by the peer's, each with the one of the same round. */
function ratioOf(rounds: readonly Round[], figure: string): Ratio | undefined {
  const ratios = rounds.flatMap(({ ours, peer }) => {
    const [mine, theirs] = [ours?.[figure], peer?.[figure]];
    if (typeof mine !== "number" || typeof theirs !== "number" || theirs === 0) return [];
    return [mine / theirs];
  });
  if (ratios.length === 0) return undefined;
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return { ratio: round(median(ratios))!, spread: [round(low)!, round(high)!] };
}

function judge(rounds: readonly Round[], target: Target): Judgement {
  const measured = ratioOf(rounds, target.figure);
  return {
    ...target,
    ratio: measured?.ratio ?? null,
    spread: measured?.spread ?? null,
    isMet: measured !== undefined && measured.ratio <= target.most,
  };
}

/** `met` or `SHORT`, with what was measured beside what is wanted. */
export function formatJudgement({ figure, most, aim, ratio, spread, isMet }: Judgement): string {
  if (ratio === null) return `not measured: ${figure}, at most ${most} of the peer's`;
  const range = spread?.join("-") ?? "";
  const verdict = isMet ? "met" : "SHORT";
  return `${verdict}: ${figure} ${ratio} (${range}) of the peer's, at most ${most}, aim ${aim}`;
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
