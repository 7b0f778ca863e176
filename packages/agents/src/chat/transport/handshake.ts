/**
 * The client's side of taking up a stream: ask, be offered one, accept it. A pure reducer, so that any
 * order of answers has one meaning.
 *
 * A server offers a stream of its own accord when a socket opens, and again in answer to a question. Each
 * acceptance has everything replayed, so while a question is open the answer to it counts, and an
 * offer without the question's id only where the server was heard to wait, or where nothing else comes.
 *
 * @module
 */

import { ChatMessageType } from "../wire.ts";
import { type ClientFrame, stringIn } from "./frames.ts";

/** Milliseconds to wait for the answer to "is there a stream?", and once told to wait for it. */
const PROBE_TIMEOUT_MS = 5_000;
const PENDING_TIMEOUT_MS = 60_000;

/** An open question, or `null`. Immutable. */
export type Handshake = {
  readonly probeId: string;
  /** Whether the server said that a stream is to come. */
  readonly isPending: boolean;
  /** What was offered without the question's id. */
  readonly offered: string | null;
} | null;

/** What happened. */
export type HandshakeEvent =
  | { readonly type: "ask"; readonly probeId: string }
  /** The socket opened anew: what was asked may have been lost. */
  | { readonly type: "reopened" }
  | { readonly type: "frame"; readonly frame: ClientFrame }
  | { readonly type: "timeout" }
  | { readonly type: "cancel" };

/** What to do about it. */
export type HandshakeEffect =
  | { readonly type: "ask"; readonly probeId: string }
  | { readonly type: "wait"; readonly milliseconds: number }
  | { readonly type: "accept"; readonly id: string }
  /** The question is over and there is nothing to take up. `idle`: the server knows it for certain. */
  | { readonly type: "nothing"; readonly idle: boolean };

type Step = readonly [Handshake, readonly HandshakeEffect[]];

/** Takes an event. A frame that has nothing to do with the question changes nothing. */
export function stepHandshake(handshake: Handshake, event: HandshakeEvent): Step {
  switch (event.type) {
    case "ask":
      return handshake ? [handshake, []] : ask(event.probeId);
    case "reopened":
      return handshake ? ask(handshake.probeId) : [null, []];
    case "frame":
      return handshake ? hear(handshake, event.frame) : [null, []];
    case "timeout":
      if (!handshake) return [null, []];
      return handshake.offered === null ? nothing(false) : accept(handshake.offered);
    case "cancel":
      return handshake ? nothing(false) : [null, []];
  }
}

function ask(probeId: string): Step {
  const wait = { type: "wait", milliseconds: PROBE_TIMEOUT_MS } as const;
  return [{ probeId, isPending: false, offered: null }, [{ type: "ask", probeId }, wait]];
}

function accept(id: string): Step {
  return [null, [{ type: "accept", id }]];
}

function nothing(idle: boolean): Step {
  return [null, [{ type: "nothing", idle }]];
}

function hear(handshake: NonNullable<Handshake>, frame: ClientFrame): Step {
  const probeId = stringIn(frame, "probeId");
  const isOurs = probeId === handshake.probeId;
  if (probeId !== undefined && !isOurs) return [handshake, []];
  switch (frame.type) {
    case ChatMessageType.CF_AGENT_STREAM_RESUME_NONE:
      return nothing(frame.reason === "idle" && isOurs);
    case ChatMessageType.CF_AGENT_STREAM_PENDING:
      return [
        { ...handshake, isPending: true },
        [{ type: "wait", milliseconds: PENDING_TIMEOUT_MS }],
      ];
    case ChatMessageType.CF_AGENT_STREAM_RESUMING: {
      const id = stringIn(frame, "id");
      if (id === undefined) return [handshake, []];
      // A server that knows no question ids repeats the same offer.
      if (isOurs || handshake.isPending || handshake.offered === id) return accept(id);
      return [{ ...handshake, offered: id }, []];
    }
    default:
      return [handshake, []];
  }
}
