/** One page as a write-ahead log holds it. */
export interface LogFrame {
  /** Counted from one. */
  readonly page: number;
  /** Pages of the database after the commit that this frame ends; 0 within a commit. */
  readonly pages: number;
  readonly bytes: Uint8Array;
  /** Where the next frame begins. */
  readonly end: number;
  /** Of everything up to there. Goes on with the next frame. */
  readonly checksum: Checksum;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

/** How many whole frames fit into a log of this size. */
export function framesIn(logBytes: number, pageBytes: number): number {
  return Math.max(0, Math.floor((logBytes - HEADER_BYTES) / (FRAME_HEADER_BYTES + pageBytes)));
}

/** SQLite's checksum, over words in the order of bytes that the log is written in. */
export class Checksum {
  #first = 0;
  #second = 0;
  readonly #isBig: boolean;

  constructor(isBig: boolean) {
    this.#isBig = isBig;
  }

  add(view: DataView, at: number, length: number): void {
    const isLittle = !this.#isBig;
    let first = this.#first;
    let second = this.#second;
    for (let offset = at; offset < at + length; offset += 8) {
      first = (first + view.getUint32(offset, isLittle) + second) | 0;
      second = (second + view.getUint32(offset + 4, isLittle) + first) | 0;
    }
    this.#first = first >>> 0;
    this.#second = second >>> 0;
  }

  /** Puts it where SQLite has it. */
  write(view: DataView, at: number): void {
    view.setUint32(at, this.#first);
    view.setUint32(at + 4, this.#second);
  }

  /** Goes on over a frame; whether that frame has it. @param size of its page */
  addFrame(view: DataView, at: number, size: number): boolean {
    this.add(view, at, 8);
    this.add(view, at + FRAME_HEADER_BYTES, size);
    return this.equals(view, at + 16);
  }

  copy(): Checksum {
    const copy = new Checksum(this.#isBig);
    copy.#first = this.#first;
    copy.#second = this.#second;
    return copy;
  }

  equals(view: DataView, at: number): boolean {
    return view.getUint32(at) === this.#first && view.getUint32(at + 4) === this.#second;
  }
}

/**
 * The frames of a write-ahead log, up to the first that is torn or left over from an earlier use of the
 * file, as SQLite reads it. Those behind the last commit were never committed.
 */
export function* framesOf(log: Uint8Array): Generator<LogFrame> {
  if (log.byteLength < HEADER_BYTES) return;
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const magic = view.getUint32(0);
  if ((magic & ~1) >>> 0 !== MAGIC) return;
  const checksum = new Checksum((magic & 1) === 1);
  checksum.add(view, 0, 24);
  if (!checksum.equals(view, 24)) return;
  const size = view.getUint32(8);
  for (let at = HEADER_BYTES; at + FRAME_HEADER_BYTES + size <= log.byteLength; ) {
    const isOfThisUse =
      view.getUint32(at + 8) === view.getUint32(16) &&
      view.getUint32(at + 12) === view.getUint32(20);
    if (!isOfThisUse || !checksum.addFrame(view, at, size)) return;
    const bytes = log.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + size);
    const end = at + FRAME_HEADER_BYTES + size;
    yield { page: view.getUint32(at), pages: view.getUint32(at + 4), bytes, end, checksum };
    at = end;
  }
}

/** What a log does to a database: the newest copy of each page, as of a commit. */
export interface LogChanges {
  readonly pages: ReadonlyMap<number, Uint8Array>;
  /** Pages of the database; `undefined` when nothing was committed. */
  readonly size: number | undefined;
  /** Frames that were read, those of no commit included. */
  readonly frames: number;
}

/** @param most frames to take; what they do not commit is left out. Default all. */
export function changesIn(log: Uint8Array, most = Number.POSITIVE_INFINITY): LogChanges {
  const pages = new Map<number, Uint8Array>();
  let open: [number, Uint8Array][] = [];
  let size: number | undefined;
  let frames = 0;
  for (const frame of framesOf(log)) {
    if (frames === most) break;
    frames += 1;
    open.push([frame.page, frame.bytes]);
    if (frame.pages === 0) continue;
    for (const [page, bytes] of open) pages.set(page, bytes);
    open = [];
    size = frame.pages;
  }
  return { pages, size, frames };
}
