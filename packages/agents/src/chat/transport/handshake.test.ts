import { describe, expect, it } from "vitest";
import { type Handshake, type HandshakeEvent, stepHandshake } from "./handshake.ts";

const RESUMING = "cf_agent_stream_resuming";

/** What is done in answer to each event, after a question. */
function run(...events: HandshakeEvent[]) {
  let state: Handshake = null;
  return [{ type: "ask", probeId: "p" } as const, ...events].map((event) => {
    const [next, effects] = stepHandshake(state, event);
    state = next;
    return effects.map((effect) =>
      Object.values(effect)
        .filter((value) => typeof value !== "number")
        .join(" "),
    );
  });
}

const frame = (type: string, rest: object = {}): HandshakeEvent => ({
  type: "frame",
  frame: { type, ...rest },
});
const asked = ["ask p", "wait"];

describe("a question for a stream", () => {
  it("takes the offer that answers it, and not the one that came with the connection", () => {
    const offers = [frame(RESUMING, { id: "r" }), frame(RESUMING, { id: "r", probeId: "p" })];
    expect(run(...offers)).toEqual([asked, [], ["accept r"]]);
  });

  it("takes an offer without its id once the server said to wait, or when nothing else comes", () => {
    const pending = frame("cf_agent_stream_pending", { probeId: "p" });
    expect(run(pending, frame(RESUMING, { id: "r" }))).toEqual([asked, ["wait"], ["accept r"]]);
    expect(run(frame(RESUMING, { id: "r" }), { type: "timeout" }).at(-1)).toEqual(["accept r"]);
    const older = [frame(RESUMING, { id: "r" }), frame(RESUMING, { id: "r" })];
    expect(run(...older)).toEqual([asked, [], ["accept r"]]);
  });

  it("hears nothing that is meant for another tab's question", () => {
    const other = { probeId: "other" };
    const none = frame("cf_agent_stream_resume_none", { ...other, reason: "idle" });
    expect(run(frame(RESUMING, { ...other, id: "r" }), none)).toEqual([asked, [], []]);
  });

  it("ends with nothing by word, by time, by choice; only a word to it is certain", () => {
    const none = (rest: object) => frame("cf_agent_stream_resume_none", rest);
    expect(run(none({ reason: "idle", probeId: "p" })).at(-1)).toEqual(["nothing true"]);
    expect(run(none({ reason: "continuation-owned", probeId: "p" })).at(-1)).toEqual([
      "nothing false",
    ]);
    expect(run(none({})).at(-1)).toEqual(["nothing false"]);
    expect(run({ type: "timeout" }).at(-1)).toEqual(["nothing false"]);
    expect(run({ type: "cancel" }, { type: "cancel" }, { type: "timeout" })).toEqual([
      asked,
      ["nothing false"],
      [],
      [],
    ]);
  });

  it("is asked again over a new connection, where what was offered over the old is void", () => {
    const events = [frame(RESUMING, { id: "r" }), { type: "reopened" } as const];
    expect(run(...events, { type: "timeout" })).toEqual([asked, [], asked, ["nothing false"]]);
    expect(stepHandshake(null, { type: "reopened" })).toEqual([null, []]);
  });
});
