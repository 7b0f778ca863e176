import type { Connection, ConnectionContext, WSMessage } from "../connections/types.ts";
import type { JobContext, JobOutcome } from "../jobs/job.ts";
import type { ClientFrame } from "../wire.ts";

type Awaitable<T> = T | Promise<T>;

/**
 * A feature that takes part in an agent's events before the agent's own hooks: the chat room is one.
 * Capabilities are asked in the order in which they were added.
 */
export interface Capability {
  /** Owner of this capability's jobs; unique within an agent. */
  readonly id: string;
  /** Runs at every start, before the agent's `onStart`. A failure fails the start. */
  onStart?(props: unknown): Awaitable<void>;
  /** The first `Response` answers the request. Not asked for WebSocket upgrades. */
  onRequest?(request: Request): Awaitable<Response | undefined>;
  /** A connection was accepted; runs before the protocol frames are sent to it. */
  onAccept?(connection: Connection, context: ConnectionContext): Awaitable<void>;
  /** Runs after the protocol frames, before the agent's `onConnect`. */
  onConnect?(connection: Connection, context: ConnectionContext): Awaitable<void>;
  /**
   * A message that is neither a call nor a state update. `frame` is the parsed object of a JSON
   * text, so that nobody parses twice. Returning true keeps it from the agent's `onMessage`.
   */
  onMessage?(
    connection: Connection,
    message: WSMessage,
    frame: ClientFrame | undefined,
  ): Awaitable<boolean>;
  /** Runs before the agent's `onClose`. */
  onClose?(connection: Connection, code: number, reason: string): Awaitable<void>;
  /** Runs a job this capability pushed. */
  onJob?(context: JobContext): Awaitable<JobOutcome>;
  /** A job of this capability failed for good; what is returned is its outcome. */
  onJobError?(context: JobContext, error: unknown): Awaitable<JobOutcome>;
  /** The agent is being destroyed; runs in reverse order. */
  dispose?(): Awaitable<void>;
}
