import { request as openRequest } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock, evictDurableObject } from "../support/hosted.ts";
import { told } from "./workers/told.ts";

/** Connections, protocol and routing: the behaviours easily got wrong, by their numbers. */

const CLASSES = ["Room", "Anonymous", "Stateless", "LOUD_AGENT", "Sub_", "Stubborn", "Forgiving"];

let running: Behaving;

beforeEach(async () => {
  told.length = 0;
  running = await behave(() => import("./workers/connections.ts"), CLASSES);
});
afterEach(() => running.worker.stop());

interface Room {
  names(): Promise<string[]>;
  say(topic: string): Promise<string>;
  later(): Promise<void>;
  foreign(): Promise<number>;
  count(): Promise<unknown[]>;
}
const room = (name: string) => running.agent<Room>("Room", name);
const types = (frames: readonly unknown[]) =>
  frames.map((frame) => (frame as { type: string }).type);

test("9. identity, state, MCP servers; each can be absent, and calls work all the same", async () => {
  const full = await running.connect("room/a");
  expect(types(await full.take(3))).toEqual([
    "cf_agent_identity",
    "cf_agent_state",
    "cf_agent_mcp_servers",
  ]);
  const anonymous = await running.connect("anonymous/a");
  expect(types(await anonymous.take(2))).toEqual(["cf_agent_state", "cf_agent_mcp_servers"]);
  const stateless = await running.connect("stateless/a");
  expect(await stateless.take(2)).toEqual([
    { type: "cf_agent_identity", name: "a", agent: "stateless" },
    expect.objectContaining({ type: "cf_agent_mcp_servers" }),
  ]);
  const quiet = await running.connect("room/a?quiet");
  // Neither the frames of connecting nor those of changes come before the answer.
  quiet.send(JSON.stringify({ type: "rpc", id: "1", method: "say", args: ["tea"] }));
  expect(await quiet.take(1)).toMatchObject([{ type: "rpc", result: "tea" }]);
  expect(await full.take(1)).toMatchObject([{ state: { topic: "tea" } }]);
});

test.each([
  ["not JSON"],
  [""],
  ["{}"],
  ["[]"],
  ["null"],
  ['{"type":"unknown"}'],
  ['{"type":"rpc","id":"1","method":"say","args":null}'],
  ['{"type":"rpc","id":"1","method":"say"}'],
  ['{"type":"rpc","id":1,"method":"say","args":[]}'],
  ['{"type":"cf_agent_state"}'],
  ["{broken"],
])("10. %j is passed on, and the socket stays", async (text) => {
  const socket = await running.connect("room/a?quiet");
  socket.send(text);
  expect(await socket.next()).toBe(`got ${JSON.stringify(text)}`);
  expect(await socket.call("say", "still")).toMatchObject([{ result: "still" }]);
});

test.each([
  [1000, "done", [1000, "done"]],
  [4001, "", [4001, ""]],
  [undefined, undefined, [1005, ""]],
])("11. a close with %j is answered, and told to onClose", async (code, reason, seen) => {
  const socket = await running.connect("room/a?quiet");
  socket.close(code, reason);
  const { code: answered, wasClean } = await socket.closed;
  expect([answered, wasClean]).toEqual([code ?? 1005, true]);
  await vi.waitFor(() => expect(told).toEqual([seen]));
});

test("11. an answer that comes after the connection closed is nobody's failure", async () => {
  const socket = await running.connect("room/a?quiet");
  socket.send(JSON.stringify({ type: "rpc", id: "1", method: "slow", args: [] }));
  await clock.settle();
  socket.close(1000);
  await socket.closed;
  await clock.advance("2s");
  await vi.waitFor(() => expect(told).toContain("slow ended"));
  expect(await room("a").say("fine")).toBe("fine");
});

test("12. a failed upgrade is a frame and a close; a failed request a 500; neither says more", async () => {
  const socket = await running.connect("room/a?fail");
  expect(await socket.take(1)).toEqual([{ error: "Internal Server Error" }]);
  const { code, reason } = await socket.closed;
  expect([code, reason]).toEqual([1011, "Uncaught exception during session setup"]);
  const answer = await running.fetch("/agents/room/a/throw");
  expect([answer.status, await answer.text()]).toEqual([500, "Internal Server Error"]);
});

test("12. with the deployment's own variable for development they say why", async () => {
  await running.worker.stop();
  running = await behave(() => import("./workers/connections.ts"), CLASSES, { FREEHOLD_DEV: "1" });
  expect(await (await running.fetch("/agents/room/a/throw")).text()).toMatch(
    /Error: a secret\n {4}at /,
  );
  const [frame] = await (await running.connect("room/a?fail")).take(1);
  expect(frame).toMatchObject({ error: expect.stringContaining("Error: a secret\n    at ") });
});

test("13. every form of a class's name has one place; what has none is 400, 404 or another's", async () => {
  const status = async (path: string) => (await running.fetch(path)).status;
  expect(await (await running.fetch("/agents/loud-agent/a")).text()).toBe("a");
  expect(await (await running.fetch("/agents/sub/a")).text()).toBe("a");
  expect([
    await status("/agents/nobody/a"),
    await status("/agents/room"),
    await status("/agents/"),
    await status("/other/room/a"),
  ]).toEqual([400, 404, 404, 404]);
});

test("14. names, sub-paths and queries arrive as they were sent", async () => {
  const answer = await running.fetch("/agents/room/a%20%C3%BC%2Fb/sub/path?q=%20x&q=2");
  expect(await answer.json()).toEqual([
    "a%20%C3%BC%2Fb",
    "/agents/room/a%20%C3%BC%2Fb/sub/path?q=%20x&q=2",
  ]);
});

test("14. an agent reads the beginning of a body whose end is not there yet", async () => {
  const rest = Promise.withResolvers<void>();
  const answer = new Promise<string>((resolve, reject) => {
    const url = `http://${running.host}/agents/room/upload`;
    const sent = openRequest(url, { method: "POST" }, async (got) => {
      resolve(Buffer.concat(await got.toArray()).toString());
    });
    sent.on("error", reject);
    sent.write(Buffer.alloc(1000));
    rest.promise.then(() => sent.end(Buffer.alloc(2_000_000)));
  });
  await vi.waitFor(() => expect(told).toEqual(["first 1000"]));
  rest.resolve();
  expect(await answer).toBe("2001000");
});

test("15. the name is there in the constructor, in a cold call, and in an alarm", async () => {
  expect(await room("ada").names()).toEqual(["ada", "ada"]);
  await room("ada").later();
  await evictDurableObject(room("ada"));
  await clock.advance("61s");
  await vi.waitFor(() => expect(told).toEqual([["alarm", "ada", "ada"]]));
  const keys = await running.inside("Room", "ada", (_agent, { storage }) => [...storage.kv.list()]);
  expect(keys.filter(([key]) => /name/.test(key))).toEqual([]);
});

test("16. the id is the first tag; sockets of others are neither listed nor handled", async () => {
  const socket = await running.connect("room/a?_pk=me&tag=red&tag=blue");
  await socket.take(3);
  expect(await socket.call("count", "red")).toMatchObject([
    { result: [["me", "me", "red", "blue"]] },
  ]);
  expect(await room("a").foreign()).toBe(2);
  expect(await room("a").count()).toHaveLength(1);
});

test.each([
  ["an empty one", "tag="],
  ["one above 256 characters", `tag=${"x".repeat(257)}`],
  ["more than nine", Array.from({ length: 10 }, (_, n) => `tag=${n}`).join("&")],
])("16. tags are refused: %s", async (_what, query) => {
  const socket = await running.connect(`room/a?${query}`);
  expect((await socket.closed).code).toBe(1011);
});

test("17. a start that fails is tried again by the next event, once for all that wait", async () => {
  expect((await running.fetch("/agents/stubborn/a")).status).toBe(500);
  const events = [1, 2, 3].map(() => running.fetch("/agents/stubborn/a"));
  const socket = await running.connect("stubborn/a");
  for (const answer of await Promise.all(events)) expect(await answer.text()).toBe("started 2");
  expect(await socket.take(1)).toMatchObject([{ type: "cf_agent_identity" }]);
});

test("17. a start whose failure onError deals with is one; what it throws counts otherwise", async () => {
  for (let n = 0; n < 2; n++) {
    expect(await (await running.fetch("/agents/forgiving/a")).text()).toBe("all the same");
  }
  expect(told).toEqual(["no start"]);
  const strict = running.agent<{ __unsafe_ensureInitialized(): Promise<void> }>(
    "Forgiving",
    "strict",
  );
  await expect(strict.__unsafe_ensureInitialized()).rejects.toThrow("said otherwise");
});

test("what is sent at once after the upgrade is handled after onConnect, in order", async () => {
  const socket = await running.connect("room/a");
  for (let n = 0; n < 25; n++) socket.send(`ping ${n}`);
  const frames = [];
  while (frames.length < 28) frames.push(await socket.next());
  expect(frames.slice(3)).toEqual(Array.from({ length: 25 }, (_, n) => `got "ping ${n}"`));
});

test("each connection is greeted, also one that comes back; a wake greets nobody", async () => {
  for (let n = 0; n < 2; n++) {
    const socket = await running.connect("room/a?_pk=same");
    expect(types(await socket.take(3))).toContain("cf_agent_identity");
    await evictDurableObject(room("a"));
    socket.send(JSON.stringify({ type: "rpc", id: "1", method: "count", args: [] }));
    expect(await socket.take(1)).toMatchObject([{ type: "rpc" }]);
    socket.close(1000);
    await socket.closed;
  }
});

test("an agent is one by whatever way it is reached, and two names are two agents", async () => {
  await room("one").say("tea");
  const socket = await running.connect("room/one");
  expect(await socket.take(3)).toMatchObject([{}, { state: { topic: "tea" } }, {}]);
  const other = await running.connect("room/two");
  expect(await other.take(3)).toMatchObject([{}, { state: { topic: "none" } }, {}]);
});
