/**
 * Which chunks of a request are new: a pure reducer. Whatever was lost with a connection, came twice or
 * came early, each chunk passes once and in its place.
 *
 * A server that numbers its chunks (`seq`) is taken at its word. One that does not replays from the
 * beginning, so there the place within a replay counts.
 *
 * @module
 */

import type { UIMessageChunk } from "ai";
import { parseChunk } from "../reply-chunks.ts";
import type { ChatResponseFrame } from "../wire.ts";

/** How far a request has come. Immutable. */
export interface Sequence {
  /** Number of the chunk to pass next; all before it have passed. */
  readonly next: number;
  /** Chunks that came before their turn, by number. */
  readonly early: ReadonlyMap<number, readonly UIMessageChunk[]>;
  /** Place in the replay under way, or `null` outside of one. */
  readonly replayed: number | null;
  /** Whether the server numbers its chunks. */
  readonly numbered: boolean;
  /** Whether the gap before the early chunks was reported. */
  readonly reported: boolean;
}

/** What a frame comes to. */
export interface TakenFrame {
  readonly chunks: readonly UIMessageChunk[];
  /** Chunks are missing, and only another replay can bring them. True once a gap. */
  readonly gap: boolean;
}

const NOTHING: TakenFrame = { chunks: [], gap: false };

/** Before the first chunk. */
export const NEW_SEQUENCE: Sequence = {
  next: 0,
  early: new Map(),
  replayed: null,
  numbered: false,
  reported: false,
};

/** Takes a frame of the request. */
export function takeFrame(
  sequence: Sequence,
  frame: ChatResponseFrame,
): readonly [Sequence, TakenFrame] {
  const chunks = frame.error ? [] : parseChunk(frame.body);
  const [after, taken] =
    chunks.length === 0 ? ([sequence, NOTHING] as const) : place(sequence, frame, chunks);
  if (!frame.done && !frame.replayComplete) return [after, taken];
  const [settled, rest] = takeEarly(after);
  return [settled, { chunks: [...taken.chunks, ...rest], gap: false }];
}

/** The connection broke: a replay that was under way starts anew. */
export function breakSequence(sequence: Sequence): Sequence {
  return { ...sequence, replayed: null, reported: false };
}

function place(
  sequence: Sequence,
  frame: ChatResponseFrame,
  chunks: readonly UIMessageChunk[],
): readonly [Sequence, TakenFrame] {
  const index = frame.replay ? (sequence.replayed ?? 0) : sequence.next;
  const replayed = frame.replay ? index + 1 : null;
  const numbered = sequence.numbered || frame.seq !== undefined;
  const placed = { ...sequence, replayed, numbered };
  // What a numbering server leaves without a number it did not store: it comes once.
  if (numbered && frame.seq === undefined && !frame.replay) return [placed, { chunks, gap: false }];
  const at = frame.seq ?? index;
  if (at < sequence.next) return [placed, NOTHING];
  if (at > sequence.next) {
    const early = new Map(sequence.early).set(at, chunks);
    const gap = !frame.replay && !sequence.reported;
    return [
      { ...placed, early, reported: sequence.reported || gap },
      { chunks: [], gap },
    ];
  }
  const [next, following] = follow(sequence.early, at + 1);
  const early = without(sequence.early, next);
  const reported = sequence.reported && early.size > 0;
  return [
    { ...placed, next, early, reported },
    { chunks: [...chunks, ...following], gap: false },
  ];
}

/** The early chunks whose turn it is, from `from` on, and the number after them. */
function follow(
  early: Sequence["early"],
  from: number,
): readonly [number, readonly UIMessageChunk[]] {
  const chunks: UIMessageChunk[] = [];
  let next = from;
  for (let found = early.get(next); found; found = early.get(next)) {
    chunks.push(...found);
    next++;
  }
  return [next, chunks];
}

function without(early: Sequence["early"], next: number): Sequence["early"] {
  if (early.size === 0) return early;
  return new Map([...early].filter(([at]) => at >= next));
}

/** What is missing now does not exist: the server left it out, or counts from elsewhere. */
function takeEarly(sequence: Sequence): readonly [Sequence, readonly UIMessageChunk[]] {
  const numbers = [...sequence.early.keys()].toSorted((one, two) => one - two);
  const chunks = numbers.flatMap((at) => [...(sequence.early.get(at) ?? [])]);
  const next = Math.max(sequence.next, (numbers.at(-1) ?? -1) + 1);
  return [{ ...NEW_SEQUENCE, next, numbered: sequence.numbered }, chunks];
}
