import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AgentFrame, parseAgentFrame } from "./frames.ts";
import { NEW_SESSION, type SessionEffect, type SessionEvent, stepSession } from "./session.ts";

const identity = fc.record({
  kind: fc.constant("identity" as const),
  name: fc.constantFrom("a", "b"),
  agent: fc.constant("c"),
  stateFollows: fc.boolean(),
});
const state = fc.record({ kind: fc.constant("state" as const), state: fc.jsonValue() });
const event: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.oneof(identity, state).map((frame): SessionEvent => ({ type: "frame", frame })),
  fc.constant<SessionEvent>({ type: "close" }),
);

function run(events: readonly SessionEvent[]) {
  let session = NEW_SESSION;
  const log: SessionEffect[] = [];
  for (const each of events) {
    const [next, effects] = stepSession(session, each);
    session = next;
    log.push(...effects);
  }
  return { session, log };
}

describe("session", () => {
  it("identifies exactly when an identity without promise, or with its state, has come", () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const { session } = run(events);
        const last = events.findLastIndex((each) => each.type === "close");
        const frames = events.slice(last + 1).map((each) => (each as { frame: AgentFrame }).frame);
        const seen = (kind: string) => frames.some((frame) => frame.kind === kind);
        const unpromised = frames.some((frame) => frame.kind === "identity" && !frame.stateFollows);
        expect(session.identified).toBe(seen("identity") && (unpromised || seen("state")));
      }),
    );
  });

  it("applies every state, in order, and announces identity changes only between two names", () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const { log } = run(events);
        const states = events.flatMap((each) =>
          each.type === "frame" && each.frame.kind === "state" ? [each.frame.state] : [],
        );
        expect(log.flatMap((effect) => (effect.type === "state" ? [effect.state] : []))).toEqual(
          states,
        );
        for (const effect of log) {
          if (effect.type === "identity-change") expect(effect.from).not.toEqual(effect.to);
        }
      }),
    );
  });
});

describe("parseAgentFrame", () => {
  it("never throws, whatever comes", () => {
    const type = fc.constantFrom(
      "rpc",
      "cf_agent_state",
      "cf_agent_identity",
      "cf_agent_mcp_servers",
    );
    const almost = fc
      .tuple(
        type,
        fc.dictionary(fc.constantFrom("id", "name", "agent", "done", "success"), fc.jsonValue()),
      )
      .map(([kind, rest]) => JSON.stringify({ ...rest, type: kind }));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), almost, fc.anything()), (data) => {
        const frame = parseAgentFrame(data);
        if (frame?.kind === "identity") expect(typeof frame.name).toBe("string");
        if (frame?.kind === "rpc") expect(typeof frame.reply.id).toBe("string");
      }),
    );
  });
});
