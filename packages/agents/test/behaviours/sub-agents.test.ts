import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Behaving, behave } from "../support/behaviour.ts";
import { clock, evictDurableObject } from "../support/hosted.ts";
import type { TestSocket } from "../support/socket.ts";
import type { Root } from "./workers/sub-agents.ts";
import { told } from "./workers/told.ts";

/** Agents inside agents: the behaviours easily got wrong, by their numbers. */

let running: Behaving;

beforeEach(async () => {
  told.length = 0;
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(console, "warn").mockReturnValue();
  running = await behave(() => import("./workers/sub-agents.ts"), ["Root", "Bound", "Hasty"]);
});
afterEach(async () => {
  const worker = (await import("./workers/sub-agents.ts")) as { Root: typeof Root };
  worker.Root.gate = () => undefined;
  vi.restoreAllMocks();
  await running.worker.stop();
});

type Calls = Record<string, (...args: unknown[]) => Promise<unknown>>;

const root = (name = "r") => running.agent<Calls>("Root", name);
/** Calls a method of the agent that `steps` lead to. */
const at = (steps: string[], method: string, ...args: unknown[]) =>
  root().at?.(steps, method, ...args) as Promise<never>;
const jobs = (name = "r") =>
  running.rows(
    "Root",
    name,
    "SELECT id, capability, fn, payload FROM cf_agents_jobs ORDER BY time",
  );
const registry = () => running.rows("Root", "r", "SELECT * FROM cf_agents_sub_agents");
const evict = (name = "r") => evictDurableObject(root(name));
const connect = (path: string, headers?: Record<string, string>) =>
  running.connect(`root/r/sub/child/${path}`, headers);
const setGate = async (gate: (request: Request) => Request | Response | undefined) => {
  const worker = (await import("./workers/sub-agents.ts")) as { Root: typeof Root };
  worker.Root.gate = gate;
};
/** Reads texts until one begins so. */
const until = async (socket: TestSocket, start: string) => {
  for (;;) {
    const text = String(await socket.next());
    if (text.startsWith(start)) return text;
  }
};

test("39. an agent is the whole way to it: the same name elsewhere is another agent", async () => {
  const ways = [["Child:a"], ["Child:b", "Child:a"], ["Bound:a"], ["Child:a", "Child:a"]];
  for (const [n, way] of ways.entries()) await at(way, "keep", "way", n);
  for (const [n, way] of ways.entries()) expect(await at(way, "keep", "way")).toBe(n);
  expect(await at(["Child:b", "Child:a"], "who")).toEqual(["a", ["Root:r", "Child:b", "Child:a"]]);
  expect(await at(["Child:a"], "inConstructor")).toBe("a");
  expect(await root().children?.()).toEqual(["Child:a", "Child:b", "Bound:a"]);
});

test.each(["a%b", "a_b", "a/b", "..", "a b", "ä", "cf-agents:v2:x:y", ""])(
  "39. %j is a name like any other",
  async (name) => {
    await at([`Child:${name}`], "keep", "k", name);
    await at(["Child:aXb"], "keep", "k", "other");
    await evict();
    expect(await at([`Child:${name}`], "keep", "k")).toBe(name);
    expect(await at([`Child:${name}`], "who")).toEqual([name, ["Root:r", `Child:${name}`]]);
  },
);

test("39. a child of an old version, without an identity of its own, goes on", async () => {
  await at(["Child:old"], "keep", "k", "v");
  await running.rows(
    "Root",
    "r",
    "UPDATE cf_agents_sub_agents SET identity_version = NULL, identity_name = NULL",
  );
  await evict();
  expect(await at(["Child:old"], "keep", "k")).toBe("v");
  expect(await at(["Child:old"], "who")).toEqual(["old", ["Root:r", "Child:old"]]);
});

test.each([
  ["nul", /Sub-agent name contains null character/],
  ["surrogate", /not valid Unicode/],
  ["sub", /class name "Sub" kebab-cases to "sub"/],
  ["hidden", /"Hidden" not found in worker exports/],
  ["failing", /never starts/],
  ["parent", /Root is not a facet/],
])("39. what cannot be a child is refused and leaves nothing: %s", async (what, message) => {
  expect(await root().refused?.(what)).toEqual([expect.stringMatching(message), []]);
});

test("39. a tree has four levels, the outermost included", async () => {
  const [message] = ((await root().refused?.("deep")) ?? []) as string[];
  expect(message).toBe(
    "Facet nesting depth limit exceeded. The maximum depth including the root Durable Object is 4.",
  );
  expect(await at(["Child:1", "Child:2", "Child:3"], "children")).toEqual([]);
});

test("39. parents are found from inside, whether they are outermost or not", async () => {
  expect(await at(["Child:a"], "parentWho")).toEqual(["r", ["Root:r"]]);
  expect(await at(["Child:a", "Child:b"], "parentWho")).toEqual(["a", ["Root:r", "Child:a"]]);
  expect(await at(["Child:a", "Child:b"], "parentFetch")).toEqual([
    ...["a", "POST", "/asked?by=child", null, 1],
  ]);
  expect(await at(["Child:a"], "wrongParent")).toMatch(/recorded parent class is "Root"/);
  expect(await root().refused?.("method")).toEqual([
    'Method "nothing" not found on Child.',
    ["Child:a"],
  ]);
});

test("40. schedules, queue, keep-alive and jobs of a child are the outermost agent's", async () => {
  const deep = ["Child:a", "Child:b"];
  await at(deep, "plan", 5, "deep");
  await at(["Child:a"], "plan", 6, "shallow");
  await at(deep, "enqueue", "now");
  await at(deep, "ownJob", 7000);
  expect(await at(deep, "plans")).toEqual(["deep"]);
  expect(await root().plans?.()).toEqual([]);
  const owners = (await jobs()).map(({ payload }) => JSON.parse(String(payload)).owner_path_key);
  const [a, b] = ["Root:r/Child:a", "Root:r/Child:a/Child:b"];
  expect(owners.sort()).toEqual([a, b, b, b]);
  await clock.advance("6500ms");
  expect(told).toEqual([
    ["b", "item now"],
    ["b", "deep"],
    ["a", "shallow"],
  ]);
  await evict();
  told.length = 0;
  await clock.advance("2s");
  expect(told).toEqual([["b", "own job"]]);
  expect(await jobs()).toEqual([]);
});

test("40. an interval of a child goes on, over evictions", async () => {
  await at(["Child:a"], "planOften", 10);
  await clock.advance("11s");
  await evict();
  await clock.advance("21s");
  expect(told).toEqual([
    ["a", "often"],
    ["a", "often"],
    ["a", "often"],
  ]);
});

test("40. keepAlive in a child keeps the tree awake, and ends with the child", async () => {
  await at(["Child:a"], "hold");
  await clock.advance("2m");
  expect((await jobs()).map(({ fn }) => fn)).toEqual(["wake"]);
  await root().stop?.("Child", "a");
  await clock.advance("1m");
  expect(await jobs()).toEqual([]);
});

test("40. siblings cannot see or cancel each other's plans, also when they are the same", async () => {
  const id = await at(["Child:a"], "plan", 60, "same");
  await at(["Child:ab"], "plan", 60, "same");
  expect(await at(["Child:ab"], "cancel", id)).toBe(false);
  expect(await root().cancel?.(id)).toBe(false);
  await root().remove?.("Child", "a");
  expect(await at(["Child:ab"], "plans")).toEqual(["same"]);
  await clock.advance("61s");
  expect(told).toEqual([["ab", "same"]]);
});

test("40. plans of a child that is missing are removed when they come up", async () => {
  await at(["Child:a"], "plan", 5, "lost");
  await at(["Child:a", "Child:b"], "planOften", 50);
  await running.rows("Root", "r", "DELETE FROM cf_agents_sub_agents");
  await clock.advance("6s");
  expect(told).toEqual([]);
  expect(await jobs()).toEqual([]);
});

test("40. synchronous queries of schedules fail in a child", async () => {
  await expect(at(["Child:a"], "syncPlans")).rejects.toThrow(
    "getSchedules() is synchronous and cannot read routed schedule storage.",
  );
});

test("40. a child made in onStart works; one that asks back meanwhile fails instead of hanging", async () => {
  expect((await running.fetch("/agents/hasty/made")).status).toBe(200);
  const kept = await running.agent<Calls>("Hasty", "made").at?.(["Child:a"], "keep", "made");
  expect(kept).toBe("early");
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const answer = running.fetch("/agents/hasty/asks");
  // What takes the machine's time comes before: an object that starts for too long is reset.
  await vi.waitFor(() => expect(told).toContain("it asks back"));
  await clock.advance("6s");
  expect((await answer).status).toBe(500);
  expect(logged.mock.calls.flat().map(String).join()).toContain("is still starting");
});

test("41. deleting a child leaves nothing of it and of what is inside it", async () => {
  for (const way of [["Child:a"], ["Child:a", "Child:b"], ["Child:a", "Child:b", "Child:c"]]) {
    await at(way, "keep", "k", "v");
    await at(way, "plan", 60, "never");
    await at(way, "ownJob", 60_000);
    await at(way, "hold");
  }
  const socket = await connect("a/sub/child/b");
  await root().remove?.("Child", "a");
  const { code, reason } = await socket.closed;
  expect([code, reason]).toEqual([1001, "Sub-agent deleted"]);
  expect([await jobs(), await registry()]).toEqual([[], []]);
  await clock.advance("2m");
  expect(told.filter((event) => (event as unknown[])[1] === "never")).toEqual([]);
  expect(await at(["Child:a", "Child:b", "Child:c"], "keep", "k")).toBeNull();
});

test("41. a child in the middle is deleted without touching its parent or its siblings", async () => {
  await at(["Child:a", "Child:b"], "plan", 60, "gone");
  await at(["Child:a", "Child:bb"], "plan", 60, "kept");
  await at(["Child:a"], "remove", "Child", "b");
  expect(await at(["Child:a"], "children")).toEqual(["Child:bb"]);
  await clock.advance("61s");
  expect(told).toEqual([["bb", "kept"]]);
});

test("41. deleting what never was is nothing", async () => {
  await root().remove?.("Child", "nobody");
  await root().remove?.("Child", "nobody");
  expect(await root().children?.()).toEqual([]);
});

test("41. a child may cancel and destroy from inside of a callback", async () => {
  await at(["Child:a"], "plan", 5, "cancel others");
  await at(["Child:a"], "plan", 6, "victim");
  await at(["Child:a", "Child:b"], "plan", 10, "destroy");
  await at(["Child:a", "Child:b"], "plan", 60, "never");
  await clock.advance("20s");
  expect(told).toEqual([
    ["a", "cancel others"],
    ["b", "destroy"],
  ]);
  expect(await at(["Child:a"], "children")).toEqual([]);
  expect(await jobs()).toEqual([]);
});

test("41. a stopped child starts anew with what it stored; who waits for it hears why", async () => {
  await at(["Child:a"], "keep", "k", "v");
  const waiting = at(["Child:a"], "stream", () => new Promise(() => undefined));
  await clock.settle();
  await root().stop?.("Child", "a");
  await expect(waiting).rejects.toThrow("stopped");
  expect(await at(["Child:a"], "keep", "k")).toBe("v");
});

test("42. sockets of a child are its own: neither the parent nor a sibling sees or reaches them", async () => {
  const [parent, child, sibling] = [
    await running.connect("root/r?_pk=p"),
    await connect("a?_pk=c"),
    await connect("b?_pk=s"),
  ];
  expect(await root().connectionIds?.()).toEqual(["p"]);
  expect(await at(["Child:a"], "connectionIds")).toEqual(["c"]);
  await root().say?.("from root");
  await at(["Child:a"], "say", "from a");
  await at(["Child:b"], "say", "from b");
  expect(await until(parent, "from")).toBe("from root");
  expect(await until(child, "from")).toBe("from a");
  expect(await until(sibling, "from")).toBe("from b");
  await at(["Child:a"], "tally");
  expect(await until(child, '{"state":{"n":1}')).toContain("cf_agent_state");
});

test("42. the first frames are the child's own: its identity, then its state", async () => {
  const socket = await connect("a?_pk=c");
  expect(await socket.take(3)).toMatchObject([
    { type: "cf_agent_identity", name: "a", agent: "child", stateFollows: true },
    { type: "cf_agent_state", state: { n: 0 } },
    { type: "cf_agent_mcp_servers" },
  ]);
});

test("42. the gate is asked once; a connection is the same object for every frame", async () => {
  const socket = await connect("a/leaf?quiet&tag=t");
  for (const word of ["one", "two", "three"]) socket.send(word);
  expect(await socket.take(3)).toEqual([
    'a one [1,["t"],"/leaf",1]',
    'a two [2,["t"],"/leaf",1]',
    'a three [3,["t"],"/leaf",1]',
  ]);
  expect(told).toEqual([
    ["r", "gate", "Child", "a"],
    ["a", "connect", "/leaf", null],
  ]);
  expect(await at(["Child:a"], "connectionIds", "t")).toHaveLength(1);
  socket.send(new Uint8Array([1, 2, 3]));
  expect(new Uint8Array((await socket.next()) as ArrayBuffer)).toEqual(new Uint8Array([1, 2, 3]));
});

test("42. connections come back after an eviction, with tags, state and flags", async () => {
  const quiet = await connect("a/sub/child/b/leaf?quiet&readonly&tag=t&_pk=q");
  quiet.send("one");
  await quiet.next();
  const loud = await connect("a/sub/child/b?_pk=l");
  await loud.take(3);
  await evict();
  expect(await at(["Child:a", "Child:b"], "connectionIds")).toEqual(["l", "q"]);
  expect(await at(["Child:a", "Child:b"], "connectionIds", "t")).toEqual(["q"]);
  await at(["Child:a", "Child:b"], "tally");
  expect(await until(loud, '{"state"')).toContain('"n":1');
  quiet.send("two");
  expect(await quiet.next()).toBe('b two [2,["t"],"/leaf",1]');
  quiet.send(JSON.stringify({ type: "cf_agent_state", state: { n: 9 } }));
  expect(await quiet.next()).toContain("Connection is readonly");
  // The child alone starts anew: what it knew of its connections is the outermost agent's.
  await at(["Child:a"], "stop", "Child", "b");
  quiet.send("three");
  expect(await until(quiet, "b three")).toBe('b three [3,["t"],"/leaf",1]');
});

test("42. closes go both ways", async () => {
  const closing = await connect("a?quiet");
  closing.close(4001, "bye");
  expect((await closing.closed).code).toBe(4001);
  await vi.waitFor(() => expect(told).toContainEqual(["a", "close", 4001, "bye"]));
  const closed = await connect("a?quiet");
  closed.send("close me");
  const { code, reason } = await closed.closed;
  expect([code, reason]).toEqual([4007, "as asked"]);
  await vi.waitFor(() => expect(told.map((event) => (event as unknown[])[2])).toContain(4007));
  expect(await at(["Child:a"], "connectionIds")).toEqual([]);
});

test("42. who comes back with an id replaces its own connection, and no other child's", async () => {
  const [first, elsewhere] = [await connect("a?quiet&_pk=x"), await connect("b?quiet&_pk=x")];
  const second = await connect("a?quiet&_pk=x");
  expect((await first.closed).code).toBe(4409);
  second.send("still");
  expect(await second.next()).toContain("a still");
  elsewhere.send("too");
  expect(await elsewhere.next()).toContain("b too");
});

test("42. an onConnect that fails closes with 1011 and says no more", async () => {
  const socket = await connect("a?fail");
  expect(await socket.take(1)).toEqual([{ error: "Internal Server Error" }]);
  expect((await socket.closed).code).toBe(1011);
  expect(await at(["Child:a"], "connectionIds")).toEqual([]);
});

test.each([
  ["a 4xx", 401, 4401],
  ["another status", 503, 1011],
])("42. an upgrade that a gate refuses with %s is closed so", async (_what, status, code) => {
  await setGate(() => new Response("no", { status }));
  const { code: closed, reason } = await (await connect("a")).closed;
  expect([closed, reason]).toEqual([code, `Sub-agent connection rejected (${status})`]);
  expect(await root().children?.()).toEqual([]);
});

test("42. a gate further inside refuses too", async () => {
  const { code } = await (await connect("a/sub/child/refused")).closed;
  expect(code).toBe(4403);
  expect(await at(["Child:a"], "children")).toEqual([]);
});

test("43. a gate lets pass, refuses with its own response, or puts a request in place", async () => {
  const ask = (init?: RequestInit) =>
    running.fetch("/agents/root/r/sub/child/a%20b/leaf?x=1", init);
  expect(await (await ask()).json()).toEqual(["a b", "GET", "/leaf?x=1", null, null]);
  await setGate((request) => {
    const headers = new Headers(request.headers);
    headers.set("x-by", "gate");
    return new Request(`${request.url}&y=2`, { method: request.method, headers });
  });
  expect(await (await ask()).json()).toEqual(["a b", "GET", "/leaf?x=1&y=2", "gate", null]);
  const socket = await connect("a/deep?quiet");
  socket.send("x");
  await socket.next();
  expect(told).toContainEqual(["a", "connect", "/deep", "gate"]);
  await setGate(() => new Response("not you", { status: 403, headers: { "x-why": "because" } }));
  const refused = await ask();
  expect([refused.status, await refused.text(), refused.headers.get("x-why")]).toEqual([
    ...[403, "not you", "because"],
  ]);
});

test("43. a class with a binding of its own is no child of whoever writes its name", async () => {
  const ask = async (name: string) =>
    (await running.fetch(`/agents/root/r/sub/bound/${name}`)).status;
  expect(await ask("a")).toBe(404);
  await at(["Bound:a"], "who");
  expect([await ask("a"), await ask("b")]).toEqual([200, 404]);
  expect((await (await running.connect("root/r/sub/bound/b")).closed).code).toBe(4404);
  expect(await root().children?.()).toEqual(["Bound:a"]);
});

test("43. what leads to no agent is answered without a word of why", async () => {
  const ask = async (path: string) => {
    const answer = await running.fetch(`/agents/root/r/sub/${path}`);
    return [answer.status, await answer.text()];
  };
  expect(await ask("child/a%00b")).toEqual([400, "Bad Request"]);
  expect(await ask("sub/a")).toEqual([400, "Bad Request"]);
  expect(await ask(`child/${"x".repeat(300)}`)).toEqual([400, "Bad Request"]);
  expect(await ask("failing/a")).toEqual([500, "Internal Server Error"]);
  expect(await ask("default/a")).toEqual([404, "Not Found"]);
  // No class of this name: the request is the parent's own.
  expect(JSON.parse(String((await ask("unknown/a"))[1]))[0]).toBe("r");
  expect(await root().children?.()).toEqual([]);
});

test("43. routes of one's own, and stubs that only call", async () => {
  const own = async (path: string) => (await running.fetch(`/own/${path}`)).text();
  expect(await own("sub/child/x/leaf?q=1")).toContain('"/leaf?q=1"');
  expect(await own("z?from=/sub/child/x/leaf")).toContain('"/leaf?from=');
  expect(await own("z?q=1&from=/sub/child/x/leaf%3Fq=2")).toContain('"/leaf?q=2"');
  expect(await own("nothing")).toBe("Sub-agent path not found in request URL");
  const [who, json, failed] = (await (await running.fetch("/stub")).json()) as unknown[];
  expect(who).toEqual(["s", ["Root:own", "Child:s"]]);
  expect(json).toBe("{}");
  expect(failed).toMatch(/RPC-only stub — .fetch\(\) is not supported/);
});

test("43. headers that only the router may set do not open a way past the gate", async () => {
  await setGate(() => new Response("no", { status: 403 }));
  const header = { "x-cf-agents-subagent-url": `http://${running.host}/agents/root/r/sub/child/a` };
  const socket = await running.connect("root/r?quiet", header);
  socket.send("hello");
  expect(await socket.next()).toContain("r hello");
  expect(await root().children?.()).toEqual([]);
});

test("44. a callback that is passed to a child is called from there", async () => {
  expect(await root().streamed?.("a")).toEqual([1, 2, 3]);
});

test("14. two megabytes go through two hops byte for byte, and the beginning before the end", async () => {
  const path = "/agents/root/r/sub/child/a/sub/child/b";
  const body = new Uint8Array(2 * 1024 * 1024).map((_, at) => at % 251);
  const answer = await running.fetch(`${path}/whole`, { method: "POST", body });
  expect(await answer.json()).toEqual(["b", "POST", "/whole", null, body.byteLength]);
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const writer = writable.getWriter();
  const asked = running.fetch(`${path}/prefix`, {
    ...{ method: "POST", body: readable, duplex: "half" },
  } as RequestInit);
  await writer.write(new TextEncoder().encode("the beginning") as Uint8Array<ArrayBuffer>);
  expect(await (await asked).text()).toBe("the beginning");
  await writer.close().catch(() => undefined);
});
