import { expect, test } from "vitest";
import { FakeSocket, memorySql } from "../../test/support/fakes.ts";
import { FacetSocket } from "./facet-socket.ts";
import { identityName } from "./identity.ts";
import { type Frame, Outbox } from "./outbox.ts";
import { addressOf, below, isWithin, pathKey, pathOf } from "./path.ts";
import { SubAgentRegistry } from "./registry.ts";
import { RootSockets } from "./root-sockets.ts";
import { keptOf, readStored, storedAttachment } from "./stored-socket.ts";

const step = (className: string, name: string) => ({ className, name });
const path = [step("Root", "r/1"), step("Child", "a:b%")];

test("a key begins with the keys of all ancestors, and with nobody else's", () => {
  expect(pathKey(path)).toBe("Root:r%2F1/Child:a%3Ab%25");
  expect(isWithin(pathKey(path), pathKey(path.slice(0, 1)))).toBe(true);
  expect(isWithin(pathKey([step("Root", "r/12")]), pathKey([step("Root", "r/1")]))).toBe(false);
  expect(pathOf(addressOf(path))).toEqual(path);
  expect(below(path, path.slice(0, 1))).toEqual([step("Child", "a:b%")]);
  expect(below(path, [step("Root", "other")])).toBeUndefined();
});

test.each(["", "null", "[]", "[1]", '[{"className":1,"name":"x"}]', "{", '{"className":"A"}'])(
  "%j is no path",
  (data) => {
    expect(() => pathOf({ key: "k", data })).toThrow("not a valid Agent path");
  },
);

test("an identity is told by the whole way and the name", async () => {
  const name = await identityName([step("Root", "r"), step("Child", "ä b")]);
  expect(name).toMatch(/^cf-agents:v2:%C3%A4%20b:[0-9a-f]{64}$/);
  expect(await identityName([step("Root", "s"), step("Child", "ä b")])).not.toBe(name);
});

test("the registry keeps children in order, and adds what tables of old versions lack", () => {
  const { sql } = memorySql();
  sql(`CREATE TABLE cf_agents_sub_agents (class TEXT NOT NULL, name TEXT NOT NULL,
    created_at INTEGER NOT NULL, PRIMARY KEY (class, name))`);
  sql("INSERT INTO cf_agents_sub_agents VALUES ('Child', 'old', 1)");
  const registry = new SubAgentRegistry(sql);
  expect(registry.find("Child", "old")?.identityName).toBe("old");
  const added = { className: "Child", name: "new", createdAt: 2, identityName: "i" };
  registry.add(added, "path-v2");
  expect(registry.find("Child", "new")).toEqual(added);
  expect(registry.list().map(({ name }) => name)).toEqual(["old", "new"]);
  expect(registry.list("Other")).toEqual([]);
  registry.remove("Child", "old");
  expect(registry.find("Child", "old")).toBeUndefined();
});

test("a registry without a table has no children", () => {
  const registry = new SubAgentRegistry(memorySql().sql);
  registry.remove("Child", "x");
  expect([registry.list(), registry.find("Child", "x")]).toEqual([[], undefined]);
});

test("frames arrive in order, those of one turn together, a broadcast once", async () => {
  const batches: (readonly Frame[])[] = [];
  const background: Promise<unknown>[] = [];
  const gate = Promise.withResolvers<void>();
  const outbox = new Outbox(
    async (frames) => {
      batches.push(frames);
      if (batches.length === 1) await gate.promise;
    },
    (work) => void background.push(work),
  );
  outbox.send("a", "hello");
  outbox.send("b", "hello");
  outbox.send("a", "you");
  await Promise.resolve();
  await Promise.resolve();
  outbox.send("a", "late");
  gate.resolve();
  await outbox.settled();
  expect(batches).toEqual([
    [
      { kind: "send", to: ["a", "b"], message: "hello" },
      { kind: "send", to: ["a"], message: "you" },
    ],
    [{ kind: "send", to: ["a"], message: "late" }],
  ]);
  expect(background).toHaveLength(1);
});

function facetSocket() {
  const frames: Frame[] = [];
  const outbox = new Outbox(
    async (sent) => void frames.push(...sent),
    () => undefined,
  );
  return { frames, outbox, socket: new FacetSocket("id", outbox) };
}

test("bytes are sent as they are now, not as they are changed later", async () => {
  const { frames, outbox, socket } = facetSocket();
  const bytes = new Uint8Array([1, 2, 3, 4]);
  socket.send(bytes.subarray(1, 3));
  bytes.fill(9);
  await outbox.settled();
  expect(frames).toEqual([{ kind: "send", to: ["id"], message: new Uint8Array([2, 3]).buffer }]);
});

test("a socket is closed once, with a code that may be sent, and then sends no more", async () => {
  const { frames, outbox, socket } = facetSocket();
  for (const code of [999, 1005, 1006, 1015, 2000, 5000]) {
    expect(() => socket.close(code)).toThrow(TypeError);
  }
  socket.close(4000, "why");
  socket.close(4001);
  expect(() => socket.send("x")).toThrow("after close");
  await outbox.settled();
  expect(frames).toEqual([{ kind: "close", to: "id", code: 4000, reason: "why" }]);
});

test("what is kept with a socket has a limit, and is a copy", () => {
  const { socket } = facetSocket();
  const attachment = { __pk: { id: "id", tags: [] }, __user: { list: [1] } };
  socket.serializeAttachment(attachment);
  attachment.__user.list.push(2);
  expect(socket.deserializeAttachment()).toMatchObject({ __user: { list: [1] } });
  const large = { ...attachment, __user: "x".repeat(16_000) };
  expect(() => socket.serializeAttachment(large)).toThrow("at most");
});

test.each([[null], [{ a: 1 }], [{ _cf_readonly: true }], ["text"], [7], [[1, 2]], [false]])(
  "what a sub-agent keeps comes back as it was: %j",
  (user) => {
    const pk = { id: "id", tags: ["id"], uri: "http://h/" };
    const kept = { user, tags: ["id", "t"] };
    const stored = readStored(storedAttachment({ pk, url: "http://h/sub/child/a", kept }));
    expect(stored).toEqual({ pk, url: "http://h/sub/child/a", kept });
  },
);

test("a value beside the SDK's own flags comes back too; other sockets are not ours", () => {
  const pk = { id: "id", tags: ["id"] };
  const attachment = { __pk: pk, __user: { _cf_readonly: true }, __value: "text" };
  const kept = keptOf(attachment);
  if (!kept) throw new Error("was not read");
  expect(readStored(storedAttachment({ pk, url: "u", kept }))?.kept).toEqual(kept);
  expect(readStored(attachment)).toBeUndefined();
  expect(readStored("garbage")).toBeUndefined();
});

test("sockets of the published SDK are found again by the URL they came with", () => {
  const socket = new FakeSocket();
  const url = "http://h/agents/root/r/sub/child/a%20b/sub/child/c/leaf?q=1";
  socket.serializeAttachment({
    __pk: { id: "x", tags: ["x"], uri: url },
    __user: { _cf_subAgentOuterUrl: url, _cf_subAgentTags: ["x", "t"], mine: 1 },
  });
  const sockets = new RootSockets({
    sockets: { accept: () => undefined, get: () => [socket as unknown as WebSocket] },
    path: () => [step("Root", "r")],
    knownClasses: () => ["Root", "Child"],
  });
  expect(sockets.metas("Root:r/Child:a%20b")).toEqual([
    {
      ...{ id: "x", uri: "http://h/leaf?q=1", tags: ["x", "t"], user: { mine: 1 } },
      key: "Root:r/Child:a%20b/Child:c",
    },
  ]);
  expect(sockets.metas("Root:r/Child:a")).toEqual([]);
});
