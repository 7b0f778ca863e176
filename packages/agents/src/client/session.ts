/**
 * The client's view of one agent across connections, as a pure reducer: who it is, what its state
 * is, and whether both are current. `AgentClient` and `useAgent` perform the effects.
 *
 * An identity that announces a state (`stateFollows`) is held until that state was applied, so
 * that whoever awaits `ready` finds the state set. Servers that do not announce are ready at once.
 *
 * @module
 */

import type { MCPServersState } from "../wire.ts";
import type { AgentFrame } from "./frames.ts";

/** Who answers at the other end. */
export interface AgentIdentity {
  readonly name: string;
  readonly agent: string;
}

/** What is known of the agent. `identity` outlives a connection, so a change can be noticed. */
export interface Session {
  readonly identified: boolean;
  readonly identity: AgentIdentity | null;
  readonly held: AgentIdentity | null;
  readonly stateSeen: boolean;
}

/** What a session reacts to. */
export type SessionEvent =
  | { readonly type: "frame"; readonly frame: AgentFrame }
  | { readonly type: "close" };

/** What the owner of the session must do, in this order. `identity` is also what resolves `ready`. */
export type SessionEffect =
  | { readonly type: "state"; readonly state: unknown }
  | { readonly type: "state-error"; readonly error: string }
  | { readonly type: "mcp"; readonly mcp: MCPServersState }
  | { readonly type: "identity-change"; readonly from: AgentIdentity; readonly to: AgentIdentity }
  | { readonly type: "identity"; readonly identity: AgentIdentity }
  | { readonly type: "unready" };

type Step = readonly [Session, readonly SessionEffect[]];

/** A session that has met nobody yet. */
export const NEW_SESSION: Session = {
  identified: false,
  identity: null,
  held: null,
  stateSeen: false,
};

/**
 * Advances a session by one event. Pure; replies to calls are not its business.
 *
 * @example
 * ```ts
 * const [next, effects] = stepSession(NEW_SESSION, { type: "close" });
 * // effects: [{ type: "unready" }]
 * ```
 */
export function stepSession(session: Session, event: SessionEvent): Step {
  switch (event.type) {
    case "close":
      return [{ ...NEW_SESSION, identity: session.identity }, [{ type: "unready" }]];
    case "frame":
      return stepFrame(session, event.frame);
  }
}

function stepFrame(session: Session, frame: AgentFrame): Step {
  switch (frame.kind) {
    case "identity": {
      const identity: AgentIdentity = { name: frame.name, agent: frame.agent };
      return frame.stateFollows && !session.stateSeen
        ? [{ ...session, held: identity }, []]
        : identify(session, identity);
    }
    case "state": {
      const seen: Session = { ...session, stateSeen: true, held: null };
      const applied: SessionEffect = { type: "state", state: frame.state };
      if (!session.held) return [seen, [applied]];
      const [next, effects] = identify(seen, session.held);
      return [next, [applied, ...effects]];
    }
    case "state-error":
      return [session, [{ type: "state-error", error: frame.error }]];
    case "mcp":
      return [session, [{ type: "mcp", mcp: frame.mcp }]];
    case "rpc":
      return [session, []];
  }
}

function identify(session: Session, to: AgentIdentity): Step {
  const from = session.identity;
  const changed = from !== null && (from.name !== to.name || from.agent !== to.agent);
  const next: Session = { ...session, identified: true, identity: to, held: null };
  const change: SessionEffect[] = changed ? [{ type: "identity-change", from, to }] : [];
  return [next, [...change, { type: "identity", identity: to }]];
}

/**
 * The promise behind `ready`. A connection that closes before it was ready leaves the promise as it
 * is, so that who awaits it sees the next one become ready.
 */
export class Readiness {
  #current = Promise.withResolvers<void>();
  #resolved = false;

  get promise(): Promise<void> {
    return this.#current.promise;
  }

  resolve(): void {
    this.#resolved = true;
    this.#current.resolve();
  }

  reset(): void {
    if (this.#resolved) this.#current = Promise.withResolvers<void>();
    this.#resolved = false;
  }
}

/**
 * Runs an application's callback. What it throws is reported as an uncaught error, and does not
 * keep the connection from doing the rest of its work.
 */
export function runCallback(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Tells the application that another agent answers now; warns where it did not ask to be told. */
export function announceIdentityChange(
  { from, to }: { readonly from: AgentIdentity; readonly to: AgentIdentity },
  listener: ((name: string, to: string, agent: string, toAgent: string) => void) | undefined,
): void {
  if (listener) {
    listener(from.name, to.name, from.agent, to.agent);
    return;
  }
  console.warn(
    `[agents] Identity changed on reconnect: ${from.agent}/${from.name} → ${to.agent}/${to.name}. ` +
      "Pass onIdentityChange to handle this.",
  );
}
