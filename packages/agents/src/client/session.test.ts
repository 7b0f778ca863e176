import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffJson } from "../state/json-patch.ts";
import { type AgentFrame, parseAgentFrame } from "./frames.ts";
import { newSession, type SessionEffect, type SessionEvent, stepSession } from "./session.ts";

const identity = fc.record({
  kind: fc.constant("identity" as const),
  name: fc.constantFrom("a", "b"),
  agent: fc.constant("c"),
  stateFollows: fc.boolean(),
});
const state = fc.record({
  kind: fc.constant("state" as const),
  state: fc.jsonValue() as fc.Arbitrary<unknown>,
  version: fc.option(fc.nat(3), { nil: undefined }),
});
const event: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.oneof(identity, state).map((frame): SessionEvent => ({ type: "frame", frame })),
  fc.constant<SessionEvent>({ type: "close" }),
);

function run(events: readonly SessionEvent[], takesPatches = false) {
  let session = newSession(takesPatches);
  const log: SessionEffect[] = [];
  for (const each of events) {
    const [next, effects] = stepSession(session, each);
    session = next;
    log.push(...effects);
  }
  return { session, log };
}

type Up = { write: Cell } | "ask";
type Cell = Record<string, number>;

/** One connection of the model: frames under way, each way in order. */
class ModelClient {
  session = newSession(true);
  shown: unknown;
  up: Up[] = [];
  down: AgentFrame[] = [];
  isCurrent = false;

  take(event: SessionEvent): void {
    const [session, effects] = stepSession(this.session, event);
    this.session = session;
    for (const effect of effects) {
      if (effect.type === "state") this.shown = effect.state;
      if (effect.type === "ask-state") this.up.push("ask");
    }
  }
}

/** A server with clients that write at the same time, as a schedule of single deliveries. */
class Model {
  state: Cell = {};
  readonly clients: readonly ModelClient[];
  #version = 1;

  constructor(count: number) {
    this.clients = Array.from({ length: count }, () => new ModelClient());
    for (const client of this.clients) this.#sendWhole(client);
  }

  get shown(): unknown[] {
    return this.clients.map(({ shown }) => shown);
  }

  act(act: string, index: number, value: number): void {
    const client = this.clients[index]!;
    if (act === "write")
      this.#write(client, { ...(client.shown as Cell), [`k${value % 3}`]: value });
    else if (act === "up") this.#deliverUp(client);
    else if (act === "down") this.#deliverDown(client);
    else this.#reconnect(client);
  }

  settle(): void {
    while (this.clients.some(({ up, down }) => up.length + down.length > 0)) {
      for (const client of this.clients) {
        this.#deliverUp(client);
        this.#deliverDown(client);
      }
    }
  }

  #write(client: ModelClient, state: Cell): void {
    client.up.push({ write: state });
    client.take({ type: "write" });
    client.shown = state;
  }

  #deliverUp(client: ModelClient): void {
    const frame = client.up.shift();
    if (frame === "ask") this.#sendWhole(client);
    else if (frame) this.#change(client, frame.write);
  }

  #deliverDown(client: ModelClient): void {
    const frame = client.down.shift();
    if (frame) client.take({ type: "frame", frame });
  }

  /** What was under way is lost. */
  #reconnect(client: ModelClient): void {
    client.up = [];
    client.down = [];
    client.take({ type: "close" });
    this.#sendWhole(client);
  }

  #change(writer: ModelClient, state: Cell): void {
    const [before, from] = [this.state, this.#version++];
    this.state = state;
    writer.isCurrent = false;
    for (const client of this.clients) {
      if (client === writer) continue;
      if (!client.isCurrent) this.#sendWhole(client);
      else {
        const patch = diffJson(before, state);
        client.down.push({ kind: "patch", patch, from, version: this.#version });
      }
    }
  }

  #sendWhole(client: ModelClient): void {
    client.isCurrent = true;
    client.down.push({ kind: "state", state: this.state, version: this.#version });
  }
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

describe("patches", () => {
  const whole = (value: unknown, version: number): SessionEvent => ({
    type: "frame",
    frame: { kind: "state", state: value, version },
  });
  const patch = (from: number, version: number, to: unknown): SessionEvent => ({
    type: "frame",
    frame: { kind: "patch", from, version, patch: [{ op: "replace", path: "", value: to }] },
  });

  it("apply to the version they name, and otherwise the whole is asked for once", () => {
    const { log } = run(
      [whole("a", 1), patch(1, 2, "b"), patch(3, 4, "x"), patch(4, 5, "y")],
      true,
    );
    expect(log).toEqual([
      { type: "state", state: "a" },
      { type: "state", state: "b" },
      { type: "ask-state" },
    ]);
  });

  it("that do not fit are answered with the question for the whole", () => {
    const misfit: SessionEvent = {
      type: "frame",
      frame: { kind: "patch", from: 1, version: 2, patch: [{ op: "remove", path: "/no" }] },
    };
    expect(run([whole({}, 1), misfit, whole({ n: 1 }, 2)], true).log).toEqual([
      { type: "state", state: {} },
      { type: "ask-state" },
      { type: "state", state: { n: 1 } },
    ]);
  });

  it("are passed over by who did not ask for them", () => {
    expect(run([whole("a", 1), patch(1, 2, "b")]).log).toEqual([{ type: "state", state: "a" }]);
  });

  it("never ask a server that does not count versions", () => {
    const unversioned: SessionEvent = {
      type: "frame",
      frame: { kind: "state", state: "a", version: undefined },
    };
    expect(run([{ type: "write" }, unversioned], true).log).toEqual([
      { type: "state", state: "a" },
    ]);
  });

  it("bring all clients to the server's state, however their frames cross", () => {
    const step = fc.record({
      act: fc.constantFrom("write", "write", "up", "down", "down", "drop"),
      client: fc.nat(2),
      value: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const model = new Model(3);
        for (const { act, client, value } of steps) model.act(act, client, value);
        model.settle();
        expect(model.shown).toEqual(model.shown.map(() => model.state));
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
