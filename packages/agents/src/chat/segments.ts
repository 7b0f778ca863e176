/**
 * Chunks of an answer as segments of its stream. A segment is the JSON of a chunk's text, or of an
 * array of such texts, and no longer than what a row takes. A chunk that is longer is cut into
 * pieces, a segment each; to readers that know nothing of pieces they are data that passes. Pure.
 *
 * @module
 */

import type { StreamJson } from "../streams/types.ts";

/** Most characters of a segment. A character takes at most three bytes, and a row two million. */
const SEGMENT_LENGTH = 512_000;
/** Most characters of a chunk in one piece: each of them takes at most four in the segment. */
const PIECE_LENGTH = SEGMENT_LENGTH / 4;
const PIECE_TYPE = "data-freehold-piece";
const PIECE_START = JSON.stringify({ type: PIECE_TYPE }).slice(0, -1);

/** Puts chunks, each as the JSON of its text, into as few segments as take them. */
export function segmentsOf(texts: readonly string[]): string[] {
  const segments: string[] = [];
  let open: string[] = [];
  let length = 0;
  const close = () => {
    const [only] = open;
    if (only !== undefined) segments.push(open.length === 1 ? only : `[${open.join(",")}]`);
    open = [];
    length = 0;
  };
  for (const text of texts) {
    if (length + text.length > SEGMENT_LENGTH) close();
    if (text.length > SEGMENT_LENGTH) segments.push(...piecesOf(JSON.parse(text) as string));
    else open.push(text);
    length = open.length === 0 ? 0 : length + text.length + 1;
  }
  close();
  return segments;
}

/** The texts of chunks in segments, in order; of pieces without their last nothing comes. */
export function* textsOf(segments: Iterable<StreamJson>): Generator<string, void, undefined> {
  let pieces: string[] = [];
  for (const segment of segments) {
    for (const text of Array.isArray(segment) ? segment : [segment]) {
      if (typeof text !== "string") continue;
      if (!text.startsWith(PIECE_START)) {
        yield text;
        continue;
      }
      const { data } = JSON.parse(text) as Piece;
      pieces.push(data.text);
      if (!data.isLast) continue;
      yield pieces.join("");
      pieces = [];
    }
  }
}

interface Piece {
  readonly data: { readonly text: string; readonly isLast: boolean };
}

function piecesOf(text: string): string[] {
  const count = Math.ceil(text.length / PIECE_LENGTH);
  return Array.from({ length: count }, (_, index) => {
    const piece = text.slice(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH);
    const data = { text: piece, isLast: index === count - 1 };
    return JSON.stringify(JSON.stringify({ type: PIECE_TYPE, transient: true, data }));
  });
}
