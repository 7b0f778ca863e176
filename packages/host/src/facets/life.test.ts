import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeAll, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { settled, type TestStub, version } from "../objects/test-kit.ts";
import { cleanUp, leftBehind, Node, openHost, Root } from "./test-kit.ts";

beforeAll(installGlobals);
afterEach(cleanUp);

async function connect(stub: TestStub, path: readonly string[]) {
  const upgrade = { headers: { upgrade: "websocket" } };
  const answer = await stub.fetch(`http://test/${path.join("/")}`, upgrade);
  const response = answer as Response & { webSocket: WebSocket };
  const received: string[] = [];
  const socket = response.webSocket as WebSocket & { accept(): void };
  socket.accept();
  socket.addEventListener("message", ({ data }) => received.push(String(data)));
  return { socket, received };
}

async function files(dataDirectory: string): Promise<string[]> {
  const all = await readdir(join(dataDirectory, "objects"), { recursive: true });
  return all.filter((name) => name.endsWith(".sqlite")).map((name) => name.replace(/^.*?\./, ""));
}

test("facets are evicted with their object, after 70 seconds", async () => {
  const { stub, clock } = await openHost();
  const [root, child] = [await stub().which!(), await stub().at!(["c"], "which")];
  await clock.advance(69_000);
  expect(await stub().at!(["c"], "which")).toBe(child);
  await clock.advance(70_000);
  expect(await stub().which!()).not.toBe(root);
  expect(await stub().at!(["c"], "which")).not.toBe(child);
});

test("what is left of evicted facets does not touch the life after them", async () => {
  const { stub, clock } = await openHost();
  await stub().at!(["c"], "leaveBehind");
  await clock.advance(70_000);
  const [root, child] = [await stub().which!(), await stub().at!(["c"], "which")];
  leftBehind.resolve();
  await settled();
  expect(await stub().which!()).toBe(root);
  expect(await stub().at!(["c"], "which")).toBe(child);
});

test("a facet that works keeps its object in memory", async () => {
  const { stub, inside, clock } = await openHost();
  const root = await stub().which!();
  const late = inside((node) => {
    node.child("c").later!(200_000).catch(() => undefined);
  });
  await late;
  await clock.advance(150_000);
  expect(await stub().which!()).toBe(root);
  await clock.advance(50_000);
  await clock.advance(70_000);
  expect(await stub().which!()).not.toBe(root);
});

test("a facet with open sockets hibernates, and wakes by itself", async () => {
  const { stub, clock } = await openHost();
  const { socket, received } = await connect(stub(), ["c"]);
  const root = await stub().which!();
  for (let round = 0; round < 3; round++) {
    const child = await stub().at!(["c"], "which");
    await clock.advance(10_000);
    socket.send(`round ${round}`);
    await settled();
    expect(received[round]).not.toBe(`round ${round} at ${child as number}`);
    // The object finds the facet that has woken.
    expect(received[round]).toBe(
      `round ${round} at ${(await stub().at!(["c"], "which")) as number}`,
    );
  }
  expect(await stub().which!()).not.toBe(root);
});

test("sockets of a facet end with an abort", async () => {
  const { stub, inside } = await openHost();
  const { socket } = await connect(stub(), ["c"]);
  const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
  await inside((_node, { facets }) => facets.abort("c", new Error("go")));
  await closed;
});

test("what facets stored is there after a restart, in files beside the object's", async () => {
  const first = await openHost();
  await first.stub().put!("k", 0);
  await first.stub().at!(["c"], "put", "k", 1);
  await first.stub().at!(["c", "d"], "put", "k", 2);
  await first.stub().at!(["unused"], "next");
  await first.close();
  expect((await files(first.dataDirectory)).sort()).toEqual(["1.sqlite", "2.sqlite", "sqlite"]);
  const second = await openHost(first.dataDirectory);
  expect(await second.stub().at!(["c"], "get", "k")).toBe(1);
  expect(await second.stub().at!(["c", "d"], "get", "k")).toBe(2);
  await second.inside((_node, { facets }) => facets.delete("c"));
  await second.close();
  expect(await files(first.dataDirectory)).toEqual(["sqlite"]);
});

test("an object whose facets alone have storage is known until they are gone", async () => {
  const { stub, storage, inside, keyOf } = await openHost();
  await stub().at!(["c"], "put", "k", 1);
  expect(storage.stores.list("w-Test")).toEqual([keyOf("a").id]);
  await inside((_node, { facets }) => facets.delete("c"));
  expect(storage.stores.list("w-Test")).toEqual([]);
});

test("a file that a crash left without a place in the index is not taken for a new facet's", async () => {
  const { stub, dataDirectory, close } = await openHost();
  await stub().at!(["c"], "put", "k", "stale");
  await close();
  const index = new DatabaseSync(join(dataDirectory, "host.sqlite"));
  index.exec("DELETE FROM facets");
  index.close();
  const second = await openHost(dataDirectory);
  expect(await second.stub().at!(["other"], "get", "k")).toBeUndefined();
});

test("new code replaces facets with their object; sockets stay", async () => {
  const { stub, directory } = await openHost();
  const { socket, received } = await connect(stub(), ["c"]);
  const child = await stub().at!(["c"], "which");
  class Newer extends Node {
    override webSocketMessage(to: WebSocket, message: string) {
      to.send(`newer ${message}`);
    }
  }
  await directory.replace({ ...version(2, { Test: Root, Node: Newer }) }, 1000);
  socket.send("hello");
  await settled();
  expect(received).toEqual(["newer hello"]);
  expect(child).toBeDefined();
});
