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
import { applyPatch, type PatchOperation } from "./json-patch.ts";

/** Who answers at the other end. */
export interface AgentIdentity {
  readonly name: string;
  readonly agent: string;
}

/**
 * What is known of the agent.
 *
 * With `takesPatches`, the server's state is kept apart from the one shown. A client's own write is
 * shown at once but never echoed: a patch that comes after it was made before the server had it,
 * and is not shown; a whole state may be from before or after, so it is shown and asked for again.
 * That way all who see an agent end up with the same state.
 */
export interface Session {
  readonly identified: boolean;
  /** Outlives a connection, so that a change can be noticed. */
  readonly identity: AgentIdentity | null;
  readonly held: AgentIdentity | null;
  readonly stateSeen: boolean;
  readonly takesPatches: boolean;
  /** The server's state that the next patch changes. */
  readonly base: { readonly state: unknown; readonly version: number } | null;
  /** Whether a write of ours may not have reached the server when it sent what comes next. */
  readonly wrote: boolean;
  /** Whether the whole state was asked for and is under way. */
  readonly asked: boolean;
}

/** What a session reacts to. */
export type SessionEvent =
  | { readonly type: "frame"; readonly frame: AgentFrame }
  | { readonly type: "write" }
  | { readonly type: "close" };

/** What the owner of the session must do, in this order. `identity` is also what resolves `ready`. */
export type SessionEffect =
  | { readonly type: "state"; readonly state: unknown }
  | { readonly type: "ask-state" }
  | { readonly type: "state-error"; readonly error: string }
  | { readonly type: "mcp"; readonly mcp: MCPServersState }
  | { readonly type: "identity-change"; readonly from: AgentIdentity; readonly to: AgentIdentity }
  | { readonly type: "identity"; readonly identity: AgentIdentity }
  | { readonly type: "unready" };

type Step = readonly [Session, readonly SessionEffect[]];

const UNCONNECTED = { identified: false, held: null, stateSeen: false, base: null, asked: false };

/** A session that has met nobody yet. */
export function newSession(takesPatches = false): Session {
  return { ...UNCONNECTED, identity: null, takesPatches, wrote: false };
}

/**
 * Advances a session by one event. Pure; replies to calls are not its business.
 *
 * @example
 * ```ts
 * const [next, effects] = stepSession(newSession(), { type: "close" });
 * // effects: [{ type: "unready" }]
 * ```
 */
export function stepSession(session: Session, event: SessionEvent): Step {
  switch (event.type) {
    case "close":
      return [{ ...session, ...UNCONNECTED }, [{ type: "unready" }]];
    case "write":
      return [{ ...session, wrote: session.takesPatches }, []];
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
    case "state":
      return stepState(session, frame);
    case "patch":
      return stepPatch(session, frame);
    case "state-error":
      return [session, [{ type: "state-error", error: frame.error }]];
    case "mcp":
      return [session, [{ type: "mcp", mcp: frame.mcp }]];
    case "rpc":
      return [session, []];
  }
}

type Frame<Kind> = Extract<AgentFrame, { readonly kind: Kind }>;

function stepState(session: Session, { state, version }: Frame<"state">): Step {
  const { wrote, held } = session;
  const base = version === undefined ? null : { state, version };
  // Only a server that counts versions understands the question.
  const asks = wrote && base !== null;
  const seen = { ...session, stateSeen: true, held: null, base, wrote: false, asked: asks };
  const applied: SessionEffect = { type: "state", state };
  const [next, effects] = held ? identify(seen, held) : [seen, []];
  return [next, [applied, ...effects, ...(asks ? [ASK] : [])]];
}

const ASK: SessionEffect = { type: "ask-state" };

function stepPatch(session: Session, { patch, from, version }: Frame<"patch">): Step {
  const { base, asked, takesPatches, wrote } = session;
  if (!takesPatches || asked) return [session, []];
  const state = base?.version === from ? patched(base.state, patch) : MISFIT;
  if (state === MISFIT) return [{ ...session, base: null, asked: true }, [ASK]];
  const next = { ...session, base: { state, version } };
  return [next, wrote ? [] : [{ type: "state", state }]];
}

const MISFIT = Symbol("misfit");

function patched(state: unknown, patch: readonly PatchOperation[]): unknown {
  try {
    return applyPatch(state, patch);
  } catch {
    return MISFIT;
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
