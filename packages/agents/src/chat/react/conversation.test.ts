import type { UIMessage } from "ai";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message } from "../testing/chat-host.ts";
import { mergeSnapshot } from "./conversation.ts";

const ids = fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { maxLength: 8 });

describe("mergeSnapshot", () => {
  it("shows the snapshot in its order, and every pending message once", () => {
    fc.assert(
      fc.property(ids, ids, fc.func(fc.boolean()), (here, there, pending) => {
        const local = here.map((id) => message(id, "here"));
        const snapshot = there.map((id) => message(id, "there"));
        const merged = mergeSnapshot(local, snapshot, (each) => pending(each.id));
        const known = merged.filter(({ id }) => there.includes(id));
        expect(known.map(({ id }) => id)).toEqual(there);
        const better = ({ id }: UIMessage) => here.includes(id) && pending(id);
        const texts = snapshot.map((each) => (better(each) ? message(each.id, "here") : each));
        expect(known).toEqual(texts);
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
