import { Checksum, framesOf } from "./history/log-frames.ts";
import { type LogPlace, SALT_BYTES, SALTS_AT } from "./log-file.ts";

/** A page that was changed. */
export interface ChangedPage {
  /** Counted from one. */
  readonly page: number;
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_BYTES = 4096;
/** Checksums are over words whose lowest byte comes first. */
const MAGIC = 0x377f0682;
const FORMAT = 3007000;

/**
 * Writes a write-ahead log as SQLite does, which reads it when it opens the file. Only for an object whose
 * file SQLite does not have open.
 */
export class LogWriter {
  readonly #salts: readonly [number, number];
  readonly #checksum: Checksum;
  /** Not written yet. */
  #header: Uint8Array | undefined;
  /** Where the next frame goes. */
  #end: number;

  private constructor(
    salts: readonly [number, number],
    checksum: Checksum,
    end: number,
    header?: Uint8Array,
  ) {
    this.#salts = salts;
    this.#checksum = checksum;
    this.#end = end;
    this.#header = header;
  }

  /**
   * A log that is begun.
   *
   * @param salts eight bytes by which its frames are told from those of others
   */
  static begin(salts: Uint8Array): LogWriter {
    const header = new Uint8Array(HEADER_BYTES);
    const view = new DataView(header.buffer);
    header.set(salts, SALTS_AT);
    view.setUint32(0, MAGIC);
    view.setUint32(4, FORMAT);
    view.setUint32(8, PAGE_BYTES);
    const checksum = new Checksum(false);
    checksum.add(view, 0, 24);
    checksum.write(view, 24);
    return new LogWriter([view.getUint32(16), view.getUint32(20)], checksum, 0, header);
  }

  /**
   * A log that goes on behind its last commit; `undefined` when nothing is committed in it.
   *
   * @param log all that is in it
   */
  static after(log: Uint8Array): LogWriter | undefined {
    let last: LogWriter | undefined;
    if (log.byteLength < HEADER_BYTES) return undefined;
    const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
    if (view.getUint32(0) !== MAGIC || view.getUint32(8) !== PAGE_BYTES) return undefined;
    const salts = [view.getUint32(16), view.getUint32(20)] as const;
    for (const { pages, end, checksum } of framesOf(log)) {
      if (pages > 0) last = new LogWriter(salts, checksum.copy(), end);
    }
    return last;
  }

  /** Where the next commit goes, in bytes. */
  get end(): number {
    return this.#end;
  }

  /** The end of what is committed. */
  get place(): LogPlace {
    const salts = new Uint8Array(SALT_BYTES);
    const view = new DataView(salts.buffer);
    view.setUint32(0, this.#salts[0]);
    view.setUint32(4, this.#salts[1]);
    return { salts, end: this.#end, checksum: this.#checksum.copy() };
  }

  /** Whether a log with these salts, as its header has them, is this one. */
  isOf(salts: Uint8Array): boolean {
    if (salts.byteLength < 8) return false;
    const view = new DataView(salts.buffer, salts.byteOffset, 8);
    return view.getUint32(0) === this.#salts[0] && view.getUint32(4) === this.#salts[1];
  }

  /**
   * The bytes of one commit, to be written at `end`, which moves behind them.
   *
   * @param pages that have changed, at least one
   * @param size of the database afterwards, in pages
   */
  commit(pages: readonly ChangedPage[], size: number): Uint8Array {
    const header = this.#header;
    this.#header = undefined;
    const start = header?.byteLength ?? 0;
    const bytes = new Uint8Array(start + pages.length * (FRAME_HEADER_BYTES + PAGE_BYTES));
    if (header !== undefined) bytes.set(header);
    const view = new DataView(bytes.buffer);
    let at = start;
    for (const [index, page] of pages.entries()) {
      view.setUint32(at, page.page);
      view.setUint32(at + 4, index === pages.length - 1 ? size : 0);
      view.setUint32(at + 8, this.#salts[0]);
      view.setUint32(at + 12, this.#salts[1]);
      bytes.set(page.bytes, at + FRAME_HEADER_BYTES);
      this.#checksum.add(view, at, 8);
      this.#checksum.add(view, at + FRAME_HEADER_BYTES, PAGE_BYTES);
      this.#checksum.write(view, at + 16);
      at += FRAME_HEADER_BYTES + PAGE_BYTES;
    }
    this.#end += bytes.byteLength;
    return bytes;
  }
}
