/**
 * A turn that this page shows by itself: one that another tab or the agent asked for, one taken up after
 * a reload, the continuation after a tool, or one that a newer request of this tab left behind.
 * Pure functions.
 *
 * @module
 */

import type { UIMessage, UIMessageChunk } from "ai";
import { type Assembly, applyChunk, startAssembly } from "../assembly.ts";
import { breakSequence, NEW_SEQUENCE, type Sequence, takeFrame } from "../transport/sequence.ts";
import type { ChatResponseFrame } from "../wire.ts";

/** `own`: this tab asked, or took the turn up. `continuation`: it goes on after this tab's tool. */
export type WatchedKind = "own" | "continuation" | "other";

/** A turn under way. Immutable. */
export interface Watched {
  readonly requestId: string;
  readonly kind: WatchedKind;
  readonly assembly: Assembly;
  readonly sequence: Sequence;
  /** The message that is gone on with, as it was. */
  readonly base: UIMessage | undefined;
  /** What a first replay has brought so far; `null` after it, or where none began. */
  readonly replayed: readonly UIMessageChunk[] | null;
  /** A replay is under way: what it says so far is less than what was shown. */
  readonly isReplaying: boolean;
  /** Whether a chunk has come. */
  readonly hasStarted: boolean;
  /** Whether the person stopped it: it no longer counts as streaming. */
  readonly isStopped: boolean;
}

/** Where a turn begins. */
export interface WatchStart {
  readonly requestId: string;
  readonly kind: WatchedKind;
  /** The message that is gone on with; a new one where absent. */
  readonly base?: UIMessage | undefined;
  /** Id of a new message, should the answer never name it. */
  readonly fallbackId: string;
}

/** A turn of which nothing was heard yet. */
export function startWatching({ requestId, kind, base, fallbackId }: WatchStart): Watched {
  const assembly = base ? { message: base, open: {} } : startAssembly(fallbackId);
  const state = { isReplaying: false, hasStarted: false, isStopped: false };
  return { requestId, kind, base, assembly, sequence: NEW_SEQUENCE, replayed: [], ...state };
}

/** A turn that was followed by other means so far. */
export function goOnWatching(
  start: WatchStart,
  progress: { readonly chunks: readonly UIMessageChunk[]; readonly sequence: Sequence },
): Watched {
  const watched = startWatching(start);
  const assembly = progress.chunks.reduce(applyChunk, watched.assembly);
  const hasStarted = progress.chunks.length > 0;
  return { ...watched, assembly, sequence: progress.sequence, hasStarted };
}

/** What a frame comes to. */
export interface WatchedFrame {
  readonly watched: Watched;
  readonly chunks: readonly UIMessageChunk[];
  /** Whether the message is to be shown now. */
  readonly shows: boolean;
  /** Chunks are missing, and only another replay can bring them. */
  readonly gap: boolean;
}

/** Takes a frame of the turn. */
export function watchFrame(watched: Watched, frame: ChatResponseFrame): WatchedFrame {
  const [sequence, { chunks, gap }] = takeFrame(watched.sequence, frame);
  const replayed = gather(watched.replayed, frame, chunks);
  const isCaughtUp = frame.replay === true && (frame.replayComplete === true || frame.done);
  const assembly =
    isCaughtUp && watched.base && replayed
      ? replayed.reduce(applyChunk, startBase(watched.base, replayed))
      : chunks.reduce(applyChunk, watched.assembly);
  const isReplaying = frame.replay === true && !frame.replayComplete && !frame.done;
  const hasStarted = watched.hasStarted || chunks.length > 0;
  const caughtUp = watched.isReplaying && !isReplaying;
  return {
    watched: {
      ...{ ...watched, assembly, sequence, isReplaying, hasStarted },
      replayed: isCaughtUp ? null : replayed,
    },
    chunks,
    shows: !isReplaying && (chunks.length > 0 || caughtUp) && assembly.message.parts.length > 0,
    gap,
  };
}

/** The connection broke. */
export function breakWatched(watched: Watched): Watched {
  return { ...watched, sequence: breakSequence(watched.sequence), isReplaying: false };
}

function gather(
  replayed: readonly UIMessageChunk[] | null,
  frame: ChatResponseFrame,
  chunks: readonly UIMessageChunk[],
): readonly UIMessageChunk[] | null {
  if (replayed === null || chunks.length === 0) return replayed;
  return frame.replay ? [...replayed, ...chunks] : null;
}

function startBase(base: UIMessage, chunks: readonly UIMessageChunk[]): Assembly {
  return { message: continuationBase(base, chunks), open: {} };
}

/**
 * What a continuation goes on with, when parts of the continuation may be in the message already: the
 * agent stores an answer early when it asks for an approval. `chunks` is the continuation from its
 * beginning.
 */
function continuationBase(message: UIMessage, chunks: readonly UIMessageChunk[]): UIMessage {
  const fresh = chunks.reduce(applyChunk, startAssembly(message.id)).message.parts;
  const known = (id: unknown) => message.parts.findIndex((part) => callOf(part) === id);
  const offset = fresh.findIndex((part) => callOf(part) !== undefined && known(callOf(part)) >= 0);
  if (offset === -1) return message;
  return { ...message, parts: message.parts.slice(0, known(callOf(fresh[offset])) - offset) };
}

function callOf(part: UIMessage["parts"][number] | undefined): unknown {
  return part && Reflect.get(part, "toolCallId");
}
