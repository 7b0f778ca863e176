/**
 * What a chat that runs as a tool of another agent needs of itself.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { Clock } from "../../clock.ts";
import type { Random } from "../../random.ts";
import type { SqlRunner } from "../../storage/sql.ts";

/** The turn that answers a run. */
export interface ChildTurn {
  readonly requestId: string;
  /** What the run was asked, as a message. Stored when the turn begins. */
  readonly message: UIMessage;
  readonly body: Record<string, unknown>;
}

/** How it ended; undefined when it was given up before it began. */
export type ChildTurnEnd =
  | { readonly status: "completed" | "error" | "aborted" | "skipped"; readonly error?: string }
  | undefined;

/** The chat, as its runs see it. */
export interface ChildHost {
  readonly sql: SqlRunner;
  readonly clock: Clock;
  readonly random: Random;
  /** The conversation in memory. */
  readonly messages: readonly UIMessage[];
  /** Has the agent answer a message, after the turns that wait. The chunks are kept afterwards. */
  answer(turn: ChildTurn): Promise<ChildTurnEnd>;
  /** The chunks that are stored of a request, in order, as JSON. */
  chunks(requestId: string): Iterable<string>;
  /** Whether a request's turn runs, waits, or is to be taken up again after an interruption. */
  isUnderWay(requestId: string): boolean;
  /** Ends a request's turn. */
  abort(requestId: string, reason: unknown): void;
  /** Sends a chunk of a request to clients, without storing it. */
  send(requestId: string, body: string): void;
  /** Keeps the agent awake while `body` runs. */
  awake<T>(body: () => Promise<T>): Promise<T>;
  /** What the agent's author says of a run. */
  input(input: unknown, runId: string): UIMessage;
  output(run: { runId: string; input: unknown }, after: readonly UIMessage[]): unknown;
  summary(
    run: { runId: string; input: unknown },
    output: unknown,
    after: readonly UIMessage[],
  ): string;
}
