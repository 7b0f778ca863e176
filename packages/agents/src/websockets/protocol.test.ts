import { beforeEach, expect, test, vi } from "vitest";
import { FakeSocket, TestClock } from "../../test/support/fakes.ts";
import { Connections } from "../connections/connections.ts";
import { ConnectionFlag } from "../schema.ts";
import { Protocol } from "./protocol.ts";

function setUp() {
  const clock = new TestClock(1000);
  const sockets: FakeSocket[] = [];
  const host = {};
  const connections = new Connections(
    {
      accept: (socket) => void sockets.push(socket as unknown as FakeSocket),
      get: (tag) => FakeSocket.tagged(sockets, tag),
    },
    host,
  );
  let value: unknown = { list: ["something that is long enough for a patch to be worth it"] };
  const state = {
    get: () => value,
    set(next: unknown, source: { id: string }) {
      if (next === "bad") throw new Error("bad");
      value = next;
      protocol.broadcast(JSON.stringify(next), [source.id]);
    },
  };
  const protocol = new Protocol({
    ...{ connections, clock, sendsIdentity: true, state: state as never },
    identity: () => ({ name: "n", agent: "a" }),
  });
  const set = (next: unknown) => {
    value = next;
    protocol.broadcast(JSON.stringify(next), []);
  };
  function join(id: string, patches = false) {
    const socket = new FakeSocket();
    const record = connections.provisional(socket.asWebSocket, id, "http://x");
    connections.accept(record, []);
    if (patches) record.setFlag(ConnectionFlag.STATE_PATCHES, true);
    protocol.sendConnectFrames(record);
    const frames = () => socket.sent.splice(0).map((text) => JSON.parse(text as string));
    return { socket, record, frames };
  }
  const silently = (next: unknown) => {
    value = next;
  };
  return { clock, protocol, join, set, silently };
}

let it: ReturnType<typeof setUp>;
beforeEach(() => {
  it = setUp();
});

const long = (more: string[]) => ({
  list: ["something that is long enough for a patch to be worth it", ...more],
});

test("versions grow with every change, and with the time at which the object woke", () => {
  const one = it.join("one");
  expect(one.frames().map(({ version }) => version)).toEqual([undefined, 1001]);
  it.set(long(["a"]));
  it.set(long(["a"]));
  it.clock.advance(500);
  it.set(long(["b"]));
  expect(one.frames().map(({ version }) => version)).toEqual([1002, 1003, 1500]);
});

test("a patch goes to who has the state it starts from; everyone else gets the whole state", () => {
  const patched = it.join("p", true);
  const whole = it.join("w");
  const [, { version: first }] = patched.frames();
  whole.frames();
  it.set(long(["a"]));
  const patch = [{ op: "add", path: "/list/1", value: "a" }];
  const type = "cf_agent_state_patch";
  expect(patched.frames()).toEqual([{ type, patch, from: first, version: first + 1 }]);
  expect(whole.frames()).toMatchObject([{ state: long(["a"]) }]);
  // What was changed without a word is no base: the next change is told as a whole.
  it.silently(long(["b"]));
  const late = it.join("late", true);
  expect(late.frames()).toMatchObject([{}, { state: long(["b"]) }]);
  it.set(long(["b", "c"]));
  expect(patched.frames()).toMatchObject([{ state: long(["b", "c"]) }]);
  expect(late.frames()).toMatchObject([{ type, from: expect.any(Number) }]);
});

test("a client's own write leaves it without a version: its next change is whole", () => {
  const writer = it.join("writer", true);
  const other = it.join("other", true);
  writer.frames();
  other.frames();
  it.protocol.apply(writer.record, long(["mine"]));
  expect([writer.frames(), other.frames()]).toMatchObject([[], [{ patch: [{ value: "mine" }] }]]);
  it.set(long(["mine", "yours"]));
  expect(writer.frames()).toMatchObject([{ state: long(["mine", "yours"]) }]);
  expect(other.frames()).toMatchObject([{ patch: [{ value: "yours" }] }]);
});

test("a patch that is longer than the state is not sent", () => {
  const patched = it.join("p", true);
  patched.frames();
  it.set(1);
  expect(patched.frames()).toMatchObject([{ state: 1 }]);
});

test("patches are asked for and refused by frames, each answered with the whole state", () => {
  const one = it.join("one");
  one.frames();
  it.protocol.setPatches(one.record, true);
  it.set(long(["a"]));
  expect(one.frames()).toMatchObject([{ state: long([]) }, { patch: [{}] }]);
  it.protocol.setPatches(one.record, false);
  it.set(long(["b"]));
  expect(one.frames()).toMatchObject([{ state: long(["a"]) }, { state: long(["b"]) }]);
});

test("a refused write is answered with the refusal and the state that stands", () => {
  const error = vi.spyOn(console, "error").mockReset().mockReturnValue();
  const one = it.join("one");
  one.frames();
  it.protocol.apply(one.record, "bad");
  one.record.setFlag(ConnectionFlag.READONLY, true);
  it.protocol.apply(one.record, "good");
  expect(one.frames()).toMatchObject([
    { type: "cf_agent_state_error", error: "State update rejected" },
    { state: long([]) },
    { type: "cf_agent_state_error", error: "Connection is readonly" },
    { state: long([]) },
  ]);
  expect(error).toHaveBeenCalledTimes(1);
});
