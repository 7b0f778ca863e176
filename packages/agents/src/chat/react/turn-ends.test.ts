import { expect, it } from "vitest";
import type { ChatResponseFrame } from "../wire.ts";
import { TurnEnds } from "./turn-ends.ts";

const end = (rest: Partial<ChatResponseFrame> = {}): ChatResponseFrame => {
  return { id: "r", body: "", done: true, ...rest };
};

it.each<[string, ChatResponseFrame[], object | undefined]>([
  ["simply completed", [end()], { outcome: "completed", replay: false }],
  ["by word", [end({ outcome: "aborted" })], { outcome: "aborted" }],
  ["with messages", [end({ messageIds: ["u1"] })], { messageIds: ["u1"] }],
  ["told again", [end({ replay: true })], { outcome: "completed", replay: true }],
  ["in an error", [end({ error: true, body: "no ink" })], { outcome: "error", error: "no ink" }],
  [
    "after an error",
    [end({ error: true, body: "no ink", done: false }), end()],
    { outcome: "error", error: "no ink" },
  ],
  ["to be recovered", [end({ outcome: "recovering" })], undefined],
  ["not at all", [end({ done: false })], undefined],
])("tells of a request that ended %s", (_how, frames, expected) => {
  const ends = new TurnEnds();
  const told = frames.map((frame) => ends.take(frame)).at(-1);
  if (expected) expect(told).toMatchObject({ requestId: "r", ...expected });
  else expect(told).toBeUndefined();
});

it("tells of each request once, and remembers a bounded number", () => {
  const ends = new TurnEnds();
  expect(ends.take(end())).toBeDefined();
  expect([ends.take(end()), ends.has("r")]).toEqual([undefined, true]);
  for (let index = 0; index < 500; index++) ends.end(`r${index}`);
  expect([ends.has("r"), ends.has("r0")]).toEqual([false, true]);
});
