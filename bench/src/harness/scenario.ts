import type { Serve, Server } from "./server.ts";

/** What a run measured; the names are those of the published results. */
export type Figures = Readonly<Record<string, number | string | null>>;

/** Who is measured: Freehold, the published packages on workerd, or bare parts. */
export type Side = "ours" | "peer" | "limit";

/** What a scenario gets. */
export interface Context {
  readonly side: Side;
  readonly url: string;
  readonly server: Server;
  /** The agent's name in paths. */
  readonly agent: string;
  /** Makes this run's agent names its own. */
  readonly tag: string;
  /** Seconds of measuring, warm-up apart. */
  readonly seconds: number;
  /** Offer WebSocket compression, as browsers do. */
  readonly deflate: boolean;
  /** How many agents to make, where that can be chosen; absent for the scenario's own number. */
  readonly agents?: number;
}

/** What a figure of ours may be at most, as a share of the peer's in the same run. */
export interface Target {
  readonly figure: string;
  /** Required. */
  readonly most: number;
  /** Hoped for. */
  readonly aim: number;
}

/** Prepares a side; it may install what that needs, and says so. */
export type PrepareSide = (say: (line: string) => void) => Serve | Promise<Serve>;

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** The figures that the table shows. */
  readonly shown: readonly string[];
  /** Its operations are durable before they are answered: a server that syncs nothing fails. */
  readonly isDurable?: boolean;
  readonly targets?: readonly Target[];
  /** Servers of its own, by side, in the place of the usual ones. A side that is absent is not run. */
  readonly serves?: Readonly<Partial<Record<"ours" | "peer", PrepareSide>>>;
  /** How long one run may take, in milliseconds. Default 150,000. */
  readonly limitMs?: number;
  /** Disks are not what it measures: data lies in memory, where the machine has such a disk. */
  readonly inMemory?: boolean;
  /** Starts and stops the server itself. */
  readonly owns?: boolean;
  readonly run: (context: Context) => Promise<Figures>;
}
