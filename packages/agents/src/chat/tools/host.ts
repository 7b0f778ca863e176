/**
 * What the tools of a chat need of it.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { Clock } from "../../clock.ts";
import type { Connection } from "../../connections/types.ts";
import type { Emit } from "../../observability/events.ts";
import type { Random } from "../../random.ts";
import type { SqlRunner } from "../../storage/sql.ts";
import type { Tasks } from "../../tasks/tasks.ts";
import type { ChatSettings } from "../host.ts";
import type { RequestExtras } from "../request-context.ts";

/** A turn that goes on with the last answer, because the client has said what the model asked it. */
export interface Continuation {
  readonly requestId: string;
  /** Asked when its turn has come: false when the conversation has moved on, and nothing is run. */
  isWanted(): boolean;
  /** Asked when its turn has come: who gave the last result; undefined when it has gone. */
  connection(): Connection | undefined;
  /** Asked when its turn has come. */
  extras(): RequestExtras;
  /**
   * To be called once, in the transaction that makes the turn itself durable: from then on a crash
   * is the turn's own matter, before it the continuation is asked for again.
   */
  begun(): void;
}

/** The chat, as its tools see it. */
export interface ToolHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly sql: SqlRunner;
  readonly emit: Emit;
  readonly tasks: Tasks;
  readonly settings: Pick<ChatSettings, "clientToolTimeoutMs">;
  /** The conversation as the present turn sees it, in order, without an answer under way. */
  readonly messages: readonly UIMessage[];
  /** The same with what stands behind the present turn's place. */
  readonly all: readonly UIMessage[];
  /** The answer under way, as far as it has come; undefined while none is being made or stored. */
  readonly inFlight: UIMessage | undefined;
  /** The last request's body and client tools. */
  readonly extras: RequestExtras;
  /** Names of tools that clients are known to run, whether a client has described them or not. */
  readonly observedTools: ReadonlySet<string>;
  /** A task runs, so the agent has started. */
  noteStarted(): void;
  /** Replaces and stores {@link extras}. */
  saveExtras(extras: RequestExtras): void;
  /** Runs `body` so that all of its writes happen, or none. */
  transaction<T>(body: () => T): T;
  /**
   * Puts `message` in the place of the one with its id. Of the answer under way: the chunks to come
   * change this one; it is stored at once as well, so that a crash does not lose what a client said.
   * Of a stored one: in the present transaction.
   * Sends `cf_agent_message_updated` to everyone.
   */
  update(message: UIMessage): void;
  /** Stores messages that are known already and shows the conversation to everyone. */
  persist(messages: readonly UIMessage[]): void;
  /** Runs a turn with `continuation: true` after those that wait; resolves when it has ended. */
  continueTurn(continuation: Continuation): Promise<unknown>;
  /**
   * A continuation is to come: until its answer begins, `owner` (anyone, when undefined) is told
   * `cf_agent_stream_pending` when it asks, and is offered to resume the answer when it begins.
   */
  expect(requestId: string, owner: Connection | undefined): void;
  /** That continuation is over, or will never be; a connection that waits is told there is none. */
  release(requestId: string): void;
  /** Sends to one connection; a closed one is no error. */
  send(connection: Connection, frame: string): void;
  /** The part in the place of one whose call was interrupted. */
  repair(part: UIMessage["parts"][number]): UIMessage["parts"][number];
  /** The connection with an id, while it is open. */
  connection(id: string): Connection | undefined;
  /** Keeps the agent awake while `body` runs. */
  awake<T>(body: () => Promise<T>): Promise<T>;
  /** Shows a failure to the agent's `onError`; never throws. */
  failed(error: unknown): Promise<void>;
}
