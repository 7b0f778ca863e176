import { expect, test, vi } from "vitest";
import { fixedRandom, memorySql, TestClock } from "../../../test/support/fakes.ts";
import type { Agent } from "../../agent.ts";
import { type InternalServices, installServices } from "../../lifecycle/capability.ts";
import { routedPaths } from "./path.ts";
import { RoutedAgents } from "./routed-agents.ts";

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

test.each([
  ["/agents/hub/u/chats/a", [{ id: "a", rest: "/" }]],
  ["/agents/hub/u/chats/a/", [{ id: "a", rest: "/" }]],
  ["/agents/hub/u/chats/a/rest/", [{ id: "a", rest: "/rest/" }]],
  ["/agents/hub/u/chats/a%2Fb/x%20y", [{ id: "a/b", rest: "/x%20y" }]],
  [
    "/chats/a/chats/b",
    [
      { id: "a", rest: "/chats/b" },
      { id: "b", rest: "/" },
    ],
  ],
  ["/agents/hub/u/chats", []],
  ["/agents/hub/u/chats/", []],
  ["/agents/hub/u/chats/%zz", []],
  ["/agents/hub/u/chat/a", []],
])("the path %s could name %j", (path, places) => {
  expect(routedPaths(path, "chats")).toEqual(places);
});

test.each(["", "a/b", "ä", "a b", ".."])("the route %j is refused", (route) => {
  expect(() => new RoutedAgents({ namespace: {} as never, route })).toThrow(
    "RoutedAgents route must be one non-empty URL-safe path segment",
  );
});

function setUp(route = "chats") {
  const clock = new TestClock();
  const { sql, statements } = memorySql();
  const fetched = vi.fn(async (name: string, request: Request) => {
    const { pathname, search } = new URL(request.url);
    return new Response([name, request.method, pathname + search, await request.text()].join(" "));
  });
  const destroyed = vi.fn(async (_name: string) => undefined);
  const namespace = {
    idFromName: (name: string) => name,
    get: (name: string) => ({
      name,
      fetch: (request: Request) => fetched(name, request),
      __unsafe_ensureInitialized: async () => undefined,
      _cf_scheduleDestroy: () => destroyed(name),
    }),
  };
  const jobs = { push: vi.fn(async (_job: unknown) => undefined) };
  const waitUntil = vi.fn((_work: Promise<unknown>) => undefined);
  const install = (name: string) => {
    const agents = new RoutedAgents<Agent, { title: string }>({
      namespace: namespace as unknown as DurableObjectNamespace<Agent>,
      route: name,
    });
    const services = { sql, clock, random: fixedRandom(), jobs, waitUntil };
    installServices(agents, services as unknown as InternalServices);
    return agents;
  };
  const agents = install(route);
  const request = (path: string, init?: RequestInit) =>
    agents.onRequest({ request: new Request(`http://x/agents/hub/u${path}`, init) });
  return { agents, clock, sql, statements, fetched, destroyed, jobs, waitUntil, install, request };
}

test("entries are created, listed by their last change, and changed", async () => {
  const { agents, clock } = setUp();
  expect(await agents.list()).toEqual([]);
  const first = await agents.create({ metadata: { title: "one" } });
  expect(first.id).toMatch(UUID);
  expect(first).toEqual({
    id: first.id,
    metadata: { title: "one" },
    createdAt: clock.now(),
    updatedAt: clock.now(),
  });
  const second = await agents.create();
  expect(second.metadata).toBeNull();
  // The same millisecond: the order of changes decides.
  expect((await agents.list()).map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(await agents.setMetadata(first.id, { title: "changed" })).toBe(true);
  clock.advance(5);
  expect(await agents.list()).toMatchObject([
    { id: first.id, metadata: { title: "changed" } },
    { id: second.id },
  ]);
  expect(await agents.setMetadata("nobody", null)).toBe(false);
});

test("nothing is stored before the first entry, and routes are apart", async () => {
  const { agents, statements, install } = setUp();
  agents.onStart();
  expect(await agents.get("nobody")).toBeNull();
  expect(await agents.delete("nobody")).toBe(false);
  expect(statements.some((statement) => /CREATE|INSERT/.test(statement))).toBe(false);
  const { id } = await agents.create();
  const others = install("documents");
  expect([await others.list(), await others.get(id), await others.delete(id)]).toEqual([
    [],
    null,
    false,
  ]);
});

test("metadata that JSON cannot carry changes nothing", async () => {
  const { agents } = setUp();
  const bad = { title: 1n } as unknown as { title: string };
  const refused = { code: "metadata_not_serializable" };
  await expect(agents.create({ metadata: bad })).rejects.toMatchObject(refused);
  const { id } = await agents.create({ metadata: { title: "kept" } });
  await expect(agents.setMetadata(id, bad)).rejects.toMatchObject(refused);
  expect(await agents.list()).toMatchObject([{ metadata: { title: "kept" } }]);
});

test("requests go to the agent behind an entry, whose name nobody learns", async () => {
  const { agents, request, fetched } = setUp();
  const { id } = await agents.create();
  const answer = await request(`/chats/${id}/notes/1?q=%20`, { method: "POST", body: "hi" });
  const [name] = fetched.mock.calls[0] ?? [];
  expect(name).toMatch(UUID);
  expect(name).not.toBe(id);
  expect(await answer?.text()).toBe(`${name} POST /notes/1?q=%20 hi`);
  expect(await (await request(`/chats/nobody/chats/${id}`))?.text()).toBe(`${name} GET / `);
  expect(await agents.get(id)).toMatchObject({ name });
  const missing = await request("/chats/nobody/x");
  expect([missing?.status, await missing?.text()]).toEqual([404, "Agent not found"]);
  expect(await request("/chats")).toBeUndefined();
  expect(await request("/other")).toBeUndefined();
});

test("a deleted entry is gone, and so is its agent", async () => {
  const { agents, request, destroyed } = setUp();
  const { id } = await agents.create();
  expect(await agents.delete(id)).toBe(true);
  expect(destroyed).toHaveBeenCalledTimes(1);
  expect([await agents.list(), await agents.delete(id)]).toEqual([[], false]);
  expect((await request(`/chats/${id}`))?.status).toBe(404);
});

test("a deletion that fails hides the entry and is tried again", async () => {
  const { agents, request, destroyed, jobs, clock, waitUntil, install } = setUp();
  const { id } = await agents.create();
  destroyed.mockRejectedValueOnce(new Error("unreachable"));
  await expect(agents.delete(id)).rejects.toThrow("unreachable");
  expect([await agents.list(), (await request(`/chats/${id}`))?.status]).toEqual([[], 404]);
  expect(await agents.setMetadata(id, null)).toBe(false);
  const due = { id: "routed-agents:chats:delete", fn: "delete", time: clock.now() + 60_000 };
  expect(jobs.push).toHaveBeenCalledWith(due);
  // A crash may have come before the job: the next start makes up for it.
  install("chats").onStart();
  expect(waitUntil).toHaveBeenCalledTimes(1);
  const logged = vi.spyOn(console, "error").mockReturnValue();
  destroyed.mockRejectedValueOnce(new Error("still"));
  expect(await agents.onJob()).toEqual({ rescheduleAt: clock.now() + 60_000 });
  expect(await agents.onJob()).toBeUndefined();
  expect([destroyed.mock.calls.length, await agents.delete(id)]).toEqual([3, false]);
  logged.mockRestore();
});

test("the owner's end is that of all its agents, each tried three times", async () => {
  const { agents, destroyed, clock } = setUp();
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const [one, two] = [await agents.create(), await agents.create()];
  destroyed.mockRejectedValueOnce(new Error("once"));
  await agents.dispose();
  expect([destroyed.mock.calls.length, clock.slept.length]).toEqual([3, 1]);
  expect([await agents.get(one.id), await agents.get(two.id)]).toEqual([null, null]);
  await agents.create();
  destroyed.mockReset().mockRejectedValue(new Error("never"));
  await agents.dispose();
  expect([destroyed.mock.calls.length, logged.mock.calls.length]).toEqual([3, 1]);
  logged.mockRestore();
});
