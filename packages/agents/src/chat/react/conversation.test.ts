import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message } from "../testing/chat-host.ts";
import { mergeSnapshot, watchChunk, withMessage } from "./conversation.ts";

const ids = fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { maxLength: 8 });

describe("mergeSnapshot", () => {
  it("shows the snapshot in its order, and every pending message once", () => {
    fc.assert(
      fc.property(ids, ids, fc.func(fc.boolean()), (here, there, pending) => {
        const local = here.map((id) => message(id, "here"));
        const snapshot = there.map((id) => message(id, "there"));
        const merged = mergeSnapshot(local, snapshot, (each) => pending(each.id));
        expect(merged.filter(({ id }) => there.includes(id))).toEqual(snapshot);
        const added = merged.filter(({ id }) => !there.includes(id)).map(({ id }) => id);
        const expected = here.filter((id) => pending(id) && !there.includes(id));
        expect(added.toSorted()).toEqual(expected.toSorted());
      }),
    );
  });

  it("keeps an answer under way behind its question", () => {
    const local = ["u1", "a1"].map((id) => message(id, ""));
    const snapshot = ["u1", "u2"].map((id) => message(id, ""));
    const merged = mergeSnapshot(local, snapshot, ({ id }) => id === "a1");
    expect(merged.map(({ id }) => id)).toEqual(["u1", "a1", "u2"]);
  });
});

describe("watching", () => {
  it("starts anew for another request, and shows the message under its own id", () => {
    const first = watchChunk(null, "r1", { type: "text-delta", id: "t", delta: "a" }, "fallback");
    const more = watchChunk(first, "r1", { type: "text-delta", id: "t", delta: "b" }, "unused");
    expect(more.assembly.message).toMatchObject({ id: "fallback", parts: [{ text: "ab" }] });
    const other = watchChunk(more, "r2", { type: "start", messageId: "m2" }, "fallback-2");
    expect(other.assembly.message).toEqual({ id: "m2", role: "assistant", parts: [] });
    const shown = withMessage([message("u", "")], more.assembly.message);
    const again = withMessage(shown, { ...more.assembly.message, parts: [] });
    expect(again.map(({ id, parts }) => [id, parts.length])).toEqual([
      ["u", 1],
      ["fallback", 0],
    ]);
  });
});
