import fc from "fast-check";
import { expect, it } from "vitest";
import { segmentsOf, textsOf } from "./segments.ts";

/** Bytes that the object's streams take in one segment. */
const ROW = 1_900_000;
const bytes = (text: string) => new TextEncoder().encode(text).byteLength;
const stored = (texts: readonly string[]) => segmentsOf(texts.map((text) => JSON.stringify(text)));
const read = (segments: readonly string[]) => [
  ...textsOf(segments.map((segment) => JSON.parse(segment) as never)),
];

it("stores what comes at once in one segment, and a single chunk as it is", () => {
  expect(segmentsOf([])).toEqual([]);
  expect(stored(["one"])).toEqual(['"one"']);
  expect(stored(["one", "two"])).toEqual(['["one","two"]']);
});

it("gives every chunk back, in order and whole, in segments that a row takes", () => {
  const seed = Number(process.env.RANDOM_SEED ?? Math.floor(Math.random() * 1e9));
  console.log(`seed ${seed} (RANDOM_SEED replays)`);
  // Quotes and backslashes grow at each of the three writings; the others take more bytes.
  const sign = fc.constantFrom("a", '"', "\\", "\n", "é", "字", "😀", "\ud83d");
  const length = fc.oneof(fc.constantFrom(0, 1, 511_998, 512_000), fc.nat(700_000));
  const text = fc
    .tuple(sign, length)
    .map(([each, count]) => JSON.stringify({ type: "data-x", data: each.repeat(count) }));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), (texts) => {
      const segments = stored(texts);
      expect(Math.max(0, ...segments.map(bytes))).toBeLessThanOrEqual(ROW);
      const back = read(segments);
      // Compared as one: a difference of texts so long would not be read by anybody.
      expect(back.length === texts.length && back.every((each, at) => each === texts[at])).toBe(
        true,
      );
    }),
    { seed, numRuns: 15, endOnFailure: true },
  );
});

it("is data that passes for readers that know nothing of pieces", () => {
  const segments = stored([JSON.stringify({ type: "text-delta", delta: "x".repeat(600_000) })]);
  for (const segment of segments) {
    expect(JSON.parse(JSON.parse(segment) as string)).toMatchObject({
      ...{ type: expect.stringMatching(/^data-/), transient: true },
    });
  }
  // A reader that comes between two pieces waits for the last.
  expect(read(segments.slice(0, -1))).toEqual([]);
});
