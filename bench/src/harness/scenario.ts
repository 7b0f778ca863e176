import type { Server } from "./server.ts";

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
  /** Starts and stops the server itself. */
  readonly owns?: boolean;
  readonly run: (context: Context) => Promise<Figures>;
}
