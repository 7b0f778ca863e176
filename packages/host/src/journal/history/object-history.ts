import fs from "node:fs";
import { FreeholdError } from "../../errors.ts";
import { isBefore, LAST, type Moment } from "./bookmark.ts";
import { HistoryFolder } from "./history-folder.ts";
import { changesIn, framesIn, type LogChanges } from "./log-frames.ts";

/** What is known of one line of an object's history. */
interface Line {
  /** Of the recording that began the line. What a power cut took had nothing in it yet. */
  recording: number | undefined;
  /** The base, and the log that comes after it. Absent: nothing was stored when the line began. */
  base: number | undefined;
  /** Logs that are kept, in order. */
  readonly logs: number[];
  readonly marks: Mark[];
}

/** At this time (in milliseconds since the epoch) the line was at least so far. */
interface Mark extends Omit<Moment, "line"> {
  readonly time: number;
}

const PAGE_BYTES = 4096;
const NAME = /^([0-9a-f]{8})(?:-([0-9a-f]{8}))?\.(base|log|marks)$/;
/** It is not worth to write a base anew for less, in bytes. */
const FEWEST_PRUNED_BYTES = 1024 * 1024;

/** Where the history of an object is kept. */
export function historyFolder(path: string): string {
  return path.replace(/\.sqlite$/, ".history");
}

const hex = (number: number) => number.toString(16).padStart(8, "0");

/**
 * The history of one object, in a folder beside its file: for each line a base, which is the file as it
 * was, and the logs that were folded into the file since. The log beside the file is the last one of the
 * last line; it comes here before it is folded.
 *
 * A log may repeat what the one before it has: a crash came between keeping and folding it. Nothing in
 * between is a moment that anybody was told of.
 */
export class ObjectHistory {
  readonly #path: string;
  readonly #folder: HistoryFolder;
  readonly #now: () => number;
  readonly #recording: number;
  /** Read from the folder when first needed. */
  #known: Map<number, Line> | undefined;
  #marks: number | undefined;
  /** What was marked last. */
  #last: Mark | undefined;

  /**
   * @param path of the object's file
   * @param recording changes when nothing was kept for a while: the object's line ends there
   */
  constructor(path: string, now: () => number, recording: number) {
    this.#path = path;
    this.#folder = new HistoryFolder(historyFolder(path));
    this.#now = now;
    this.#recording = recording;
  }

  /** Where the object is. What is not committed does not count. */
  get current(): Moment {
    const line = this.#line;
    return { line, log: this.#nextLog(line), frames: framesIn(this.#logBytes, PAGE_BYTES) };
  }

  /** The line that goes on. */
  get #line(): number {
    return Math.max(0, ...this.#lines.keys());
  }

  get #logBytes(): number {
    return fs.statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Notes where the object is now. Not durable by itself: what is lost of it makes times coarser. */
  mark(): void {
    const { line, ...moment } = this.current;
    const mark = { ...moment, time: this.#now() };
    if (this.#last?.log === mark.log && this.#last.frames === mark.frames) return;
    this.#marks ??= this.#folder.append(`${hex(line)}.marks`, recordingLine(this.#recording));
    fs.writeSync(this.#marks, markLine(mark));
    this.#lineOf(line).marks.push(mark);
    this.#last = mark;
  }

  /** The object was at a moment at a time: the last one that is known. `undefined`: before all of it. */
  at(time: number): Moment | undefined {
    let found: Moment | undefined;
    for (const [line, { marks }] of this.#lines) {
      for (const { time: marked, log, frames } of marks) {
        const moment = { line, log, frames };
        if (marked <= time && (found === undefined || isBefore(found, moment))) found = moment;
      }
    }
    return found;
  }

  /**
   * Keeps the log that is about to be folded. Durable when it returns.
   *
   * @param main the object's file, open
   */
  keepLog(main: number): void {
    if (this.#logBytes === 0) return;
    const line = this.#line;
    const known = this.#lineOf(line);
    this.mark();
    this.keepBase(main);
    const log = this.#nextLog(line);
    this.#folder.write(`${hex(line)}-${hex(log)}.log`, fs.readFileSync(`${this.#path}-wal`));
    known.logs.push(log);
    this.#syncMarks();
  }

  /** Begins another line: everything was deleted, or something else is about to be in its place. */
  beginLine(): void {
    const line = this.#line + 1;
    this.close();
    this.#lines.set(line, { recording: this.#recording, base: undefined, logs: [], marks: [] });
    this.#last = undefined;
    const mark = { log: 0, frames: 0, time: this.#now() };
    this.#lineOf(line).marks.push(mark);
    this.#folder.write(
      `${hex(line)}.marks`,
      Buffer.from(recordingLine(this.#recording) + markLine(mark)),
    );
  }

  /**
   * The object's file as it was at a moment; `undefined` when there was none. Only while nobody has it
   * open.
   *
   * @throws FreeholdError `BOOKMARK_UNKNOWN` when that is not kept, or never was
   */
  imageAt(moment: Moment): Uint8Array | undefined {
    const known = this.#lines.get(moment.line);
    if (known === undefined) throw unknown();
    const changes = this.#changesUpTo(moment, known);
    let image: Uint8Array;
    if (known.base !== undefined) image = this.#folder.read(baseName(moment.line, known.base));
    else if (moment.line !== this.#line || !fs.existsSync(this.#path)) return undefined;
    // Nothing of this line was folded yet.
    else image = fs.readFileSync(this.#path);
    for (const { pages, size } of changes)
      if (size !== undefined) image = apply(image, pages, size);
    return image;
  }

  /**
   * Whether the object can be brought back to a moment, while it is open.
   *
   * @throws FreeholdError `BOOKMARK_UNKNOWN`
   */
  check(moment: Moment): void {
    const known = this.#lines.get(moment.line);
    if (known === undefined && moment.line !== this.#line) throw unknown();
    this.#changesUpTo(moment, this.#lineOf(moment.line));
  }

  #changesUpTo(moment: Moment, known: Line): readonly LogChanges[] {
    return this.#logsUpTo(moment, known).map(({ bytes, most }) => {
      const changes = changesIn(bytes, most);
      if (most !== undefined && changes.frames < most) throw unknown();
      return changes;
    });
  }

  /** Whether anything was kept or asked for. */
  get isUsed(): boolean {
    return this.#known !== undefined;
  }

  /** Forgets what nobody can go back to, as of a time. */
  prune(before: number): void {
    const lines = [...this.#lines.keys()].sort((a, b) => a - b);
    for (const [index, line] of lines.entries()) {
      const next = lines[index + 1];
      const began = next === undefined ? undefined : this.#lines.get(next)?.marks[0]?.time;
      if (began !== undefined && began <= before) this.#forgetLine(line);
      else this.#shorten(line, before);
    }
  }

  close(): void {
    if (this.#marks !== undefined) fs.closeSync(this.#marks);
    this.#marks = undefined;
  }

  get #lines(): Map<number, Line> {
    if (this.#known === undefined) {
      this.#known = new Map();
      for (const name of this.#folder.list()) this.#learn(name);
      for (const { logs } of this.#known.values()) logs.sort((a, b) => a - b);
      const present = this.#known.get(Math.max(...this.#known.keys()));
      // Logs were folded that nobody has kept: the file is no longer what the line says.
      if ((present?.recording ?? this.#recording) !== this.#recording) this.beginLine();
    }
    return this.#known;
  }

  #learn(name: string): void {
    const [, line, log, kind] = NAME.exec(name) ?? [];
    if (line === undefined) return;
    const known = this.#lineOf(Number.parseInt(line, 16));
    const number = Number.parseInt(log ?? "", 16);
    if (kind === "log") known.logs.push(number);
    else if (kind === "base") known.base = Math.max(known.base ?? 0, number);
    else {
      const text = this.#folder.read(name).toString();
      known.marks.push(...parseMarks(text));
      const recording = /^recording (\d+)$/m.exec(text)?.[1];
      if (recording !== undefined) known.recording = Number(recording);
    }
  }

  #lineOf(line: number): Line {
    const lines = this.#known ?? this.#lines;
    const known = lines.get(line) ?? { recording: undefined, base: undefined, logs: [], marks: [] };
    lines.set(line, known);
    return known;
  }

  #nextLog(line: number): number {
    const known = this.#lineOf(line);
    return Math.max(known.base ?? 0, (known.logs.at(-1) ?? -1) + 1);
  }

  /**
   * Keeps the file as it was before anything was folded into it. To be called, too, before the file goes.
   *
   * @param main the object's file, open
   */
  keepBase(main: number): void {
    const line = this.#line;
    const known = this.#lineOf(line);
    if (known.base !== undefined || known.logs.length > 0) return;
    const bytes = Buffer.alloc(fs.fstatSync(main).size);
    for (let at = 0; at < bytes.length; ) {
      const read = fs.readSync(main, bytes, at, bytes.length - at, at);
      if (read === 0) break;
      at += read;
    }
    this.#folder.write(baseName(line, 0), bytes);
    known.base = 0;
  }

  #logsUpTo({ line, log, frames }: Moment, known: Line): { bytes: Buffer; most?: number }[] {
    const isPresent = line === this.#line && (log === this.#nextLog(line) || log === LAST);
    if (log !== LAST && log < (known.base ?? 0)) throw unknown();
    const kept = known.logs.filter((each) => each >= (known.base ?? 0) && each <= log);
    if (log !== LAST && frames > 0 && !isPresent && kept.at(-1) !== log) throw unknown();
    const parts = kept.map((each) => ({
      bytes: this.#folder.read(`${hex(line)}-${hex(each)}.log`),
      ...(each === log && frames !== LAST && { most: frames }),
    }));
    if (!isPresent || this.#logBytes === 0) return parts;
    const bytes = fs.readFileSync(`${this.#path}-wal`);
    return [...parts, { bytes, ...(frames !== LAST && { most: frames }) }];
  }

  #forgetLine(line: number): void {
    for (const name of this.#folder.list()) {
      if (name.startsWith(hex(line))) this.#folder.remove(name);
    }
    this.#lines.delete(line);
  }

  /** What is older than a time becomes part of the base, when that is worth it. */
  #shorten(line: number, before: number): void {
    const known = this.#lineOf(line);
    const { base } = known;
    if (base === undefined) return;
    const last = known.marks.filter(({ time }) => time <= before).at(-1);
    const expired = known.logs.filter((log) => last !== undefined && log >= base && log < last.log);
    const end = expired.at(-1);
    if (end === undefined) return;
    const sizeOf = (name: string) => this.#folder.size(name);
    const bytes = expired.reduce((sum, log) => sum + sizeOf(`${hex(line)}-${hex(log)}.log`), 0);
    if (bytes < Math.max(FEWEST_PRUNED_BYTES, sizeOf(baseName(line, base)) / 2)) return;
    const image = this.imageAt({ line, log: end, frames: LAST });
    this.#folder.write(baseName(line, end + 1), image as Uint8Array);
    known.base = end + 1;
    this.#folder.remove(baseName(line, base));
    for (const log of expired) this.#folder.remove(`${hex(line)}-${hex(log)}.log`);
    known.logs.splice(0, known.logs.length, ...known.logs.filter((log) => log > end));
  }

  #syncMarks(): void {
    if (this.#marks !== undefined) fs.fdatasyncSync(this.#marks);
  }
}

function baseName(line: number, log: number): string {
  return `${hex(line)}-${hex(log)}.base`;
}

function markLine({ log, frames, time }: Mark): string {
  return `${log} ${frames} ${time}\n`;
}

function recordingLine(recording: number): string {
  return `recording ${recording}\n`;
}

function parseMarks(text: string): Mark[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => /^(\d+) (\d+) (\d+)$/.exec(line)?.slice(1).map(Number))
    .filter((numbers) => numbers !== undefined)
    .map(([log = 0, frames = 0, time = 0]) => ({ log, frames, time }));
}

function apply(
  image: Uint8Array,
  pages: ReadonlyMap<number, Uint8Array>,
  size: number,
): Uint8Array {
  const next = new Uint8Array(size * PAGE_BYTES);
  next.set(image.subarray(0, Math.min(image.byteLength, next.byteLength)));
  for (const [page, bytes] of pages) if (page <= size) next.set(bytes, (page - 1) * PAGE_BYTES);
  return next;
}

function unknown(): FreeholdError {
  return new FreeholdError(
    "BOOKMARK_UNKNOWN",
    "The object cannot be brought back to this moment.",
    {
      help: "It is older than what is kept, or the object was never there.",
    },
  );
}
