import type { Connection, ConnectionContext, WSMessage } from "../connections/types.ts";
import type { FiberRecoveryContext, FiberRecoveryResult } from "../fibers/types.ts";
import type { LifecycleJobContext, LifecycleJobOutcome } from "../jobs/job.ts";
import type { Awaitable } from "../lifecycle/capability.ts";
import type { Observability } from "../observability/events.ts";
import type { StateSource } from "../state/store.ts";
import type { TaskHandlers } from "../tasks/types.ts";

// biome-ignore lint/suspicious/noConfusingVoidType: a hook may do without a return statement
type Nothing = void;

/** The hooks of an agent, as its rooms call them. */
export interface AgentHooks {
  readonly initialState: unknown;
  readonly observability?: Observability | undefined;
  onStart(props?: unknown): void | Promise<void>;
  onRequest(request: Request): Response | Promise<Response>;
  onConnect(connection: Connection, context: ConnectionContext): void | Promise<void>;
  onMessage(connection: Connection, message: WSMessage): void | Promise<void>;
  onClose(
    connection: Connection,
    code: number,
    reason: string,
    wasClean: boolean,
  ): void | Promise<void>;
  onError(connection: Connection, error: unknown): void | Promise<void>;
  onError(error: unknown): void | Promise<void>;
  onAlarm(): void | Promise<void>;
  onJob(context: LifecycleJobContext): Awaitable<LifecycleJobOutcome | Nothing>;
  getConnectionTags(
    connection: Connection,
    context: ConnectionContext,
  ): string[] | Promise<string[]>;
  shouldConnectionBeReadonly(connection: Connection, context: ConnectionContext): boolean;
  shouldSendProtocolMessages(connection: Connection, context: ConnectionContext): boolean;
  validateStateChange(next: unknown, source: StateSource): void;
  onStateChanged(state: unknown, source: StateSource): void;
  onStateUpdate(state: unknown, source: StateSource): void;
  onBeforeSubAgent(
    request: Request,
    child: { className: string; name: string },
  ): Awaitable<Request | Response | Nothing>;
  readonly taskDefinitions?: TaskHandlers;
  onFiberRecovered(context: FiberRecoveryContext): Awaitable<FiberRecoveryResult | Nothing>;
}

/** How layers of the SDK above an agent recover their own fibers; protected on the class. */
export interface InternalRecoveryHook {
  _handleInternalFiberRecovery(context: FiberRecoveryContext): Promise<boolean>;
}

/** An error the agent's `onError` did not throw again: it counts as dealt with. */
const HANDLED = Symbol("handled");

/** Shows a hook's error to `onError`. Returns what it threw, or {@link HANDLED}. */
export async function askOnError(hooks: AgentHooks, error: unknown): Promise<unknown> {
  try {
    await hooks.onError(error);
    return HANDLED;
  } catch (thrown) {
    return thrown;
  }
}

/** Shows a hook's error to `onError`; rejects with what that throws. */
export async function settleOrThrow(hooks: AgentHooks, error: unknown): Promise<void> {
  const thrown = await askOnError(hooks, error);
  if (thrown !== HANDLED) throw thrown;
}

/** Logs an error as `onError` does by default, for either of its forms; returns what was thrown. */
export function reportedError(connectionOrError: unknown, error: unknown): unknown {
  if (!error) {
    console.error("Error on server:", connectionOrError);
    return connectionOrError;
  }
  const { id } = connectionOrError as Connection;
  console.error(`Error on websocket connection: ${id}`, error);
  return error;
}
