import fc from "fast-check";
import { expect, it } from "vitest";
import type { ChatResponseFrame } from "../wire.ts";
import { breakSequence, NEW_SEQUENCE, type Sequence, takeFrame } from "./sequence.ts";

/** What happens to a stream, a step at a time. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant("chunk" as const) },
  { weight: 1, arbitrary: fc.constant("away" as const) },
  { weight: 1, arbitrary: fc.constant("replay" as const) },
  { weight: 1, arbitrary: fc.constant("half a replay" as const) },
  { weight: 1, arbitrary: fc.constant("twice" as const) },
);

function frameOf(at: number, isNumbered: boolean, replay: boolean): ChatResponseFrame {
  const body = JSON.stringify({ type: "text-delta", id: "t", delta: `${at} ` });
  return {
    ...{ id: "r", body, done: false },
    ...(isNumbered ? { seq: at } : {}),
    ...(replay ? { replay: true as const } : {}),
  };
}

const CAUGHT_UP: ChatResponseFrame = {
  ...{ id: "r", body: "", done: false },
  ...{ replay: true, replayComplete: true },
};
const DONE: ChatResponseFrame = { id: "r", body: "", done: true };

/** Follows a stream through what happens; the texts that pass, in order. */
function follow(steps: readonly string[], isNumbered: boolean): { passed: string; sent: string } {
  let sequence: Sequence = NEW_SEQUENCE;
  let sent = 0;
  let passed = "";
  const take = (frame: ChatResponseFrame) => {
    const [next, { chunks }] = takeFrame(sequence, frame);
    sequence = next;
    for (const chunk of chunks) if (chunk.type === "text-delta") passed += chunk.delta;
  };
  const replay = (upTo: number) => {
    for (let at = 0; at < upTo; at++) take(frameOf(at, isNumbered, true));
  };
  const reconnect = () => {
    sequence = breakSequence(sequence);
  };
  for (const each of steps) {
    if (each === "chunk") take(frameOf(sent++, isNumbered, false));
    if (each === "twice" && isNumbered && sent > 0) take(frameOf(sent - 1, true, false));
    if (each === "half a replay") {
      reconnect();
      replay(Math.floor(sent / 2));
    }
    if (each === "away") sent++;
    if (each !== "chunk" && each !== "twice") {
      reconnect();
      replay(sent);
      take(CAUGHT_UP);
    }
  }
  take(DONE);
  return { passed, sent: Array.from({ length: sent }, (_, at) => `${at} `).join("") };
}

it("passes each chunk once and in order, over any breaks and replays", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, isNumbered) => {
      const { passed, sent } = follow(steps, isNumbered);
      expect(passed).toBe(sent);
    }),
  );
});

it("puts numbered chunks in order that come in another, however often", () => {
  const shuffled = fc
    .integer({ min: 1, max: 12 })
    .chain((length) =>
      fc.tuple(
        fc.shuffledSubarray([...Array(length).keys()], { minLength: length }),
        fc.array(fc.nat(length - 1)),
      ),
    );
  fc.assert(
    fc.property(shuffled, fc.boolean(), ([order, again], replay) => {
      let sequence: Sequence = NEW_SEQUENCE;
      const passed: unknown[] = [];
      let gaps = 0;
      for (const at of [...order, ...again]) {
        const [next, { chunks, gap }] = takeFrame(sequence, frameOf(at, true, replay));
        sequence = next;
        if (gap) gaps++;
        passed.push(...chunks.map((chunk) => Reflect.get(chunk, "delta")));
      }
      expect(passed).toEqual([...order.keys()].map((at) => `${at} `));
      if (replay) expect(gaps).toBe(0);
    }),
  );
});

it("asks for what is missing once, and goes on without it when it does not exist", () => {
  let sequence: Sequence = NEW_SEQUENCE;
  const told: [boolean, number][] = [];
  for (const frame of [
    frameOf(0, true, false),
    frameOf(3, true, false),
    frameOf(4, true, false),
    frameOf(0, true, true),
    CAUGHT_UP,
    frameOf(5, true, false),
    frameOf(9, true, false),
    DONE,
  ]) {
    const [next, { chunks, gap }] = takeFrame(sequence, frame);
    sequence = next;
    told.push([gap, chunks.length]);
  }
  expect(told).toEqual([
    [false, 1],
    [true, 0],
    [false, 0],
    [false, 0],
    [false, 2],
    [false, 1],
    [true, 0],
    [false, 1],
  ]);
});

it("passes on what a numbering server leaves without a number", () => {
  const [after] = takeFrame(NEW_SEQUENCE, frameOf(0, true, false));
  const [last, large] = takeFrame(after, frameOf(77, false, false));
  const [, next] = takeFrame(last, frameOf(1, true, false));
  expect([large.chunks.length, next.chunks.length]).toEqual([1, 1]);
});
