/**
 * The log in blocks: a chunk goes to the last block while that has room.
 *
 * @module
 */

/**
 * Most characters of a block's body; a longer chunk has a block of its own. A block is written whole
 * with each chunk that it takes, so it is no larger than what SQLite keeps within one page.
 */
const MAX_BLOCK_CHARACTERS = 900;

/** The last block of a log. */
export interface BlockTail {
  readonly block: number;
  /** How many characters its body has. */
  readonly length: number;
  readonly seqTo: number;
}

/** Where a chunk goes: to the end of the last block, or into a new one. */
export type Placement = {
  readonly kind: "grow" | "start";
  readonly block: number;
  readonly seq: number;
};

/** Decides where a chunk of so many characters goes. */
export function place(tail: BlockTail | undefined, characters: number): Placement {
  if (!tail) return { kind: "start", block: 0, seq: 0 };
  const { block, length, seqTo } = tail;
  const fits = length + 1 + characters <= MAX_BLOCK_CHARACTERS;
  return fits
    ? { kind: "grow", block, seq: seqTo }
    : { kind: "start", block: block + 1, seq: seqTo };
}

/** The chunks of a block's body. */
export function chunksOf(body: string): unknown[] {
  return JSON.parse(`[${body}]`) as unknown[];
}
