import type { Collection } from "../local/collection.ts";
import type { IndexConfig } from "../types.ts";

/** What a thread is started with. */
export interface ThreadStart {
  readonly path: string;
  /** Makes the index where there is none. */
  readonly config: IndexConfig | undefined;
}

/** What a thread can be asked: the methods of its index. */
export type Verb = Exclude<
  {
    [Name in keyof Collection]: Collection[Name] extends (...given: never[]) => unknown
      ? Name
      : never;
  }[keyof Collection],
  "step"
>;

export interface Call {
  readonly id: number;
  readonly verb: Verb;
  readonly given: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: Failure;
}

/** An error as it crosses: classes and `help` do not by themselves. */
export interface Failure {
  readonly message: string;
  readonly code?: string;
  readonly help?: string;
}
