import type { Serve, Server } from "./server.ts";

/** What a run measured; the names are those of the published results. */
export type Figures = Readonly<Record<string, number | string | null>>;

/** What a scenario gets. */
export interface Context {
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
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** The figures that the table shows. */
  readonly shown: readonly string[];
  /** Servers of its own, by side, in the place of the usual ones. A side that is absent is not run. */
  readonly serves?: Readonly<Partial<Record<"ours" | "peer", () => Serve>>>;
  /** How long one run may take, in milliseconds. Default 150,000. */
  readonly limitMs?: number;
  /** Starts and stops the server itself. */
  readonly owns?: boolean;
  readonly run: (context: Context) => Promise<Figures>;
}
