import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { cleanUp, openHost } from "./test-kit.ts";

beforeAll(installGlobals);
afterEach(cleanUp);

describe("a facet", () => {
  test("is one instance behind all its stubs, and its calls run in order", async () => {
    const { inside } = await openHost();
    const counts = await inside(async (node) => {
      const stubs = [node.child("c"), node.child("c"), node.child("c")];
      return Promise.all(stubs.map((stub) => stub.next!()));
    });
    expect(counts).toEqual([1, 2, 3]);
  });

  test("asks how to start once, when it is first called", async () => {
    const { inside } = await openHost();
    const asked = await inside(async (_node, { facets, exports }) => {
      let times = 0;
      const get = () =>
        facets.get("c", async () => {
          times += 1;
          return { class: exports.Node };
        });
      const before = times;
      const stub = get();
      await Promise.all([stub.next!(), get().next!(), stub.next!()]);
      return [before, times];
    });
    expect(asked).toEqual([0, 1]);
  });

  test("has the id of its parent, another one, or any text; and props", async () => {
    const { inside, namespace } = await openHost();
    const id = namespace.idFromName("another");
    const found = await inside(async (node, { exports }) => {
      const Class = exports.Node as (options: object) => unknown;
      const startups = [{}, { id }, { id: "text" }, { class: Class({ props: { user: 7 } }) }];
      const all = startups.map((startup, at) => node.child(`c${at}`, startup).identity!());
      return Promise.all(all);
    });
    expect(found).toEqual([
      ["a", {}],
      ["another", {}],
      ["text", {}],
      ["a", { user: 7 }],
    ]);
  });

  test("has a database of its own, whatever its name holds", async () => {
    const { stub } = await openHost();
    const names = ["a\0b", "a\0c", "a", "../a", "é".repeat(128), "x".repeat(256)];
    for (const [at, name] of names.entries()) await stub().at!([name], "put", "k", at);
    for (const [at, name] of names.entries()) {
      expect(await stub().at!([name], "get", "k")).toBe(at);
    }
    expect(await stub().get!("k")).toBeUndefined();
  });

  test("throws errors as objects do, and lives on", async () => {
    const { stub } = await openHost();
    expect(await stub().at!(["c"], "next")).toBe(1);
    await expect(stub().at!(["c"], "fail")).rejects.toMatchObject({ remote: true });
    expect(await stub().at!(["c"], "next")).toBe(2);
  });

  test("cannot have an alarm, and is not harmed by the attempt", async () => {
    const { stub } = await openHost();
    const refused = "Facets currently cannot set alarms.";
    await stub().at!(["c"], "next");
    await expect(stub().at!(["c"], "wakeLater")).rejects.toThrow(refused);
    expect(await stub().at!(["c"], "next")).toBe(2);
  });

  test("stays at home: its stub cannot be handed on", async () => {
    const { stub } = await openHost();
    const refused = { name: "DataCloneError", message: /facets are not serializable/ };
    await expect(stub().child!("c")).rejects.toMatchObject(refused);
  });
});

describe("wrong use", () => {
  test.each([
    ["no name", [], "parameter 1 is not of type 'string'"],
    ["no callback", ["c"], "parameter 2 is not of type 'function'"],
    ["a long name", ["é".repeat(129), () => ({})], "Facet name is too long"],
    ["an empty name", ["", () => ({})], "A facet needs a name"],
    ["half a surrogate pair", ["\ud800", () => ({})], "A facet needs a name"],
  ])("%s throws at once", async (_what, args, text) => {
    const { inside } = await openHost();
    const thrown = inside((_node, { facets }) => void facets.get(...args));
    await expect(thrown).rejects.toThrow(text);
  });

  test.each([
    ["nothing", undefined, "required members from an undefined or null value"],
    ["a text", "Node", "Callback returned incorrect type"],
    ["a raw class", { class: class {} }, "Incorrect type for the 'class' field"],
  ])("starting with %s fails the call", async (_what, startup, text) => {
    const { inside } = await openHost();
    const called = inside((_node, { facets }) => facets.get("c", () => startup).next!());
    await expect(called).rejects.toThrow(text);
  });

  test("a failed start stands until the facet is aborted", async () => {
    const { inside } = await openHost();
    const seen = await inside(async (node, { facets }) => {
      const failing = () =>
        facets.get("c", () => {
          throw new RangeError("no start");
        });
      const texts: unknown[] = [];
      for (const stub of [failing(), node.child("c")]) {
        await stub.next!().catch((error: Error) => texts.push(error.constructor.name));
      }
      facets.abort("c", new Error("again"));
      return [...texts, await node.child("c").next!()];
    });
    expect(seen).toEqual(["RangeError", "RangeError", 1]);
  });

  test("the tree is at most four levels deep", async () => {
    const { stub } = await openHost();
    expect(await stub().at!(["1", "2", "3"], "next")).toBe(1);
    await expect(stub().at!(["1", "2", "3", "4"], "next")).rejects.toThrow(
      "Facet nesting depth limit exceeded. The maximum depth including the root Durable Object is 4.",
    );
  });
});

describe("abort", () => {
  test("fails what runs and used stubs with the reason, and keeps the storage", async () => {
    const { inside, clock } = await openHost();
    const running = inside(async (node, { facets }) => {
      const used = node.child("c");
      const unused = node.child("c");
      await used.put!("k", 1);
      const late = used.later!(60_000).catch((error: Error) => error);
      facets.abort("c", Object.assign(new TypeError("go away"), { extra: 1 }));
      const failure = (await late) as TypeError & { extra: number };
      const again = await used.next!().catch((error: Error) => error.message);
      const fresh = [await unused.next!(), await node.child("c").get!("k")];
      return [failure.constructor.name, failure.message, failure.extra, again, ...fresh];
    });
    await clock.advance(1);
    expect(await running).toEqual(["TypeError", "go away", 1, "go away", 1, 1]);
  });

  test("takes those below along", async () => {
    const { stub, inside } = await openHost();
    const first = await stub().at!(["c", "d"], "which");
    await inside((_node, { facets }) => facets.abort("c", new Error("go")));
    expect(await stub().at!(["c", "d"], "which")).not.toBe(first);
  });

  test("by the facet itself resets it alone", async () => {
    const { stub } = await openHost();
    const root = await stub().which!();
    await stub().at!(["c"], "put", "k", 1);
    const reset = { message: "reset from within", durableObjectReset: true };
    await expect(stub().at!(["c"], "reset")).rejects.toMatchObject(reset);
    expect(await stub().at!(["c"], "get", "k")).toBe(1);
    expect(await stub().which!()).toBe(root);
  });

  test("of the parent ends its facets", async () => {
    const { stub } = await openHost();
    const first = await stub().at!(["c"], "which");
    await expect(stub().reset!()).rejects.toThrow("reset from within");
    expect(await stub().at!(["c"], "which")).not.toBe(first);
  });
});

describe("delete", () => {
  test("erases the facet and all below, and leaves the others", async () => {
    const { stub, inside } = await openHost();
    for (const path of [["c"], ["c", "d"], ["e"]]) await stub().at!(path, "put", "k", 1);
    const held = await inside(async (node, { facets }) => {
      const child = node.child("c");
      await child.next!();
      facets.delete("c");
      facets.delete("never");
      return child.next!().catch((error: Error) => error.message);
    });
    expect(held).toBe("Facet was deleted.");
    const left = [["c"], ["c", "d"], ["e"]].map((path) => stub().at!(path, "get", "k"));
    expect(await Promise.all(left)).toEqual([undefined, undefined, 1]);
  });

  test("is over for whoever comes after it", async () => {
    const { inside } = await openHost();
    const found = await inside(async (node, { facets }) => {
      await node.child("c").put!("k", 1);
      facets.delete("c");
      const child = node.child("c");
      await child.put!("l", 2);
      return [await child.get!("k"), await child.get!("l")];
    });
    expect(found).toEqual([undefined, 2]);
  });

  test.each([["a"], ["b"]])("deleteAll of the owner does the same (%s)", async (name) => {
    const { stub, clock, directory, keyOf } = await openHost();
    await stub(name).at!(["c"], "put", "k", 1);
    await stub(name).at!(["c", "d"], "put", "k", 1);
    // Once while the facets run, once while nothing of them is in memory.
    if (name === "b") await directory.evict(keyOf("b"));
    await clock.advance(1);
    await stub(name).deleteAll!();
    expect(await stub(name).at!(["c"], "get", "k")).toBeUndefined();
    expect(await stub(name).at!(["c", "d"], "get", "k")).toBeUndefined();
  });
});

describe("clone", () => {
  test("copies the facet and all below over another", async () => {
    const { stub, inside } = await openHost();
    await stub().at!(["from"], "put", "k", 1);
    await stub().at!(["from", "d"], "put", "k", 2);
    await stub().at!(["to"], "put", "k", 3);
    await stub().at!(["to", "e"], "put", "k", 4);
    const held = await inside(async (node, { facets }) => {
      const to = node.child("to");
      await to.next!();
      facets.clone("from", "to");
      return to.next!().catch((error: Error) => error.message);
    });
    expect(held).toBe("Facet was cloned-over.");
    const read = (...path: string[]) => stub().at!(path, "get", "k");
    expect(await read("to")).toBe(1);
    expect(await read("to", "d")).toBe(2);
    expect(await read("to", "e")).toBeUndefined();
    await stub().at!(["to"], "put", "k", 5);
    expect(await read("from")).toBe(1);
  });

  test("copies what sleeps, and erases when there is nothing to copy", async () => {
    const { stub, inside, directory, keyOf } = await openHost();
    await stub().at!(["from"], "put", "k", 1);
    await stub().at!(["other"], "put", "k", 2);
    await directory.evict(keyOf("a"));
    await inside((_node, { facets }) => {
      facets.clone("from", "to");
      facets.clone("nothing", "other");
    });
    expect(await stub().at!(["to"], "get", "k")).toBe(1);
    expect(await stub().at!(["other"], "get", "k")).toBeUndefined();
  });
});
