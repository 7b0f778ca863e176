import { expect, test } from "vitest";
import { seeded, TestRecords } from "../../test/support/records.ts";
import { Streams } from "./streams.ts";

const SEED = Number(process.env.STREAM_SEED ?? 0);
const seeds = SEED > 0 ? [SEED] : Array.from({ length: 24 }, (_, index) => index + 1);

const settle = () => new Promise<void>((done) => setImmediate(done));

/** One who reads from a place on, over all lives, and remembers what it got. */
class Reader {
  readonly from: number;
  readonly batchSize: number;
  readonly got: unknown[] = [];
  ended = false;
  #off = new AbortController();

  constructor(from: number, batchSize: number) {
    this.from = from;
    this.batchSize = batchSize;
  }

  /** Begins to read in a life of the object, behind the last chunk that it has. */
  follow(streams: Streams): void {
    this.#off = new AbortController();
    const { signal } = this.#off;
    const from = this.from + this.got.length;
    const { batchSize } = this;
    const read = async () => {
      for await (const batch of streams.readBatches("s", { from, batchSize, signal })) {
        for (const { seq, chunk } of batch) this.got.push([seq, chunk]);
      }
      this.ended = true;
    };
    read().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  evicted(): void {
    this.#off.abort();
  }
}

test.each(seeds)("random readers get each chunk once, in order (STREAM_SEED=%i)", async (seed) => {
  const chance = seeded(seed * 7919);
  const records = new TestRecords();
  let streams = records.live(new Streams());
  let writer = await streams.open("s");
  const written: unknown[] = [];
  const readers: Reader[] = [];
  const join = () => {
    const reader = new Reader(chance.below(written.length + 3), 1 + chance.below(7));
    readers.push(reader);
    reader.follow(streams);
  };
  const steps: readonly (() => unknown)[] = [
    () => {
      const size = chance.below(8) === 0 ? 100_000 + chance.below(200_000) : chance.below(40);
      const chunk = chance.below(5) === 0 ? { n: written.length, text: "é" } : "x".repeat(size);
      expect(writer.append(chunk)).toBe(written.length);
      written.push(chunk);
    },
    join,
    settle,
    async () => {
      // The object is evicted: its readers come back, its producer goes on at the log's end.
      for (const reader of readers) reader.evicted();
      await settle();
      streams = records.live(new Streams());
      writer = await streams.open("s");
      expect(writer.cursor).toBe(written.length);
      for (const reader of readers) reader.follow(streams);
    },
    () => records.clock.advance(1),
  ];
  for (let step = 0; step < 120; step++) {
    const which = chance.below(12);
    await steps[which < 7 ? 0 : which < 9 ? 1 : which < 10 ? 2 : which < 11 ? 3 : 4]?.();
  }
  if (chance.below(2)) writer.close();
  else writer.error("done for");
  join();
  await settle();
  await settle();
  for (const reader of readers) {
    const expected = written.map((chunk, seq) => [seq, chunk]).slice(reader.from);
    expect(reader.got).toEqual(expected);
    expect(reader.ended).toBe(true);
  }
  expect(await streams.status("s")).toMatchObject({ cursor: written.length });
});
