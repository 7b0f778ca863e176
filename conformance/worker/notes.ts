import { describe } from "./describe.ts";

/** One step of a trace: what was looked at, and what was seen (see {@link describe}). */
export type Entry = readonly [label: string, seen: string];

/** The result of one program on one host. */
export interface RunResult {
  readonly entries: readonly Entry[];
  /** Set when the program itself threw: never a valid trace. */
  readonly threw?: string;
  /** The instances of workflows that it made, whose events belong to its trace. */
  readonly instances?: readonly { readonly workflow: string; readonly id: string }[];
}

/** What every program has at hand to say what it sees. */
export interface Notes {
  /** Adds one step to the trace. Labels should be unique in a program. */
  note(label: string, value: unknown): void;
  /** Runs `act` and notes what it threw, or, if it did not throw, what it returned. */
  fails(label: string, act: () => unknown): Promise<void>;
  /**
   * As `fails`, for errors of web standards whose texts are each engine's own: only the name of the
   * error is noted.
   */
  refuses(label: string, act: () => unknown): Promise<void>;
  /** Waits for real milliseconds. */
  sleep(milliseconds: number): Promise<void>;
  /** Waits until the condition holds, but at most three seconds: what holds then is noted either way. */
  until(condition: () => unknown): Promise<void>;
  /** Adds the steps that were taken elsewhere, in an object for instance. */
  merge(entries: readonly Entry[]): void;
}

/** Collects a trace; the entries may cross an RPC call. */
export class Trace implements Notes {
  readonly entries: Entry[] = [];

  note = (label: string, value: unknown): void => {
    this.entries.push([label, describe(value)]);
  };

  fails = async (label: string, act: () => unknown): Promise<void> => {
    try {
      const value = await act();
      this.entries.push([label, `no error: ${describe(value)}`]);
    } catch (error) {
      this.entries.push([label, describe(error)]);
    }
  };

  refuses = async (label: string, act: () => unknown): Promise<void> => {
    try {
      const value = await act();
      this.entries.push([label, `no error: ${describe(value)}`]);
    } catch (error) {
      this.entries.push([label, `throws ${error instanceof Error ? error.name : typeof error}`]);
    }
  };

  sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));

  until = async (condition: () => unknown): Promise<void> => {
    for (let tries = 0; tries < 300 && !(await condition()); tries++) await this.sleep(10);
  };

  merge = (entries: readonly Entry[]): void => {
    this.entries.push(...entries.map(([label, seen]) => [label, seen] as const));
  };
}
