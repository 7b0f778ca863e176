import { describe, expect, test } from "vitest";
import { systemRandom } from "../random.ts";
import { DurableObjectId, IdFactory } from "./id.ts";
import { setUp, TestObject } from "./test-kit.ts";

class Test extends TestObject {
  own() {
    return [this.ctx.id.toString(), this.ctx.id.name];
  }
}

describe("ids", () => {
  test("of a name are the same on every host", () => {
    const ids = new IdFactory("my-worker-Room", systemRandom);
    const id = ids.fromName("lobby");
    expect(id.toString()).toMatch(/^[0-9a-f]{64}$/);
    expect(new IdFactory("my-worker-Room", systemRandom).fromName("lobby").equals(id)).toBe(true);
    expect(new IdFactory("my-worker-Other", systemRandom).fromName("lobby").equals(id)).toBe(false);
    expect([id.name, id.jurisdiction]).toEqual(["lobby", undefined]);
    expect(JSON.stringify(id)).toBe('{"name":"lobby"}');
    expect(`${Object.prototype.toString.call(id)}`).toBe("[object DurableObjectId]");
  });

  test("survive the way through text, which keeps no name", () => {
    const ids = new IdFactory("w-Room", systemRandom);
    for (const id of [ids.fromName("lobby"), ids.unique()]) {
      const again = ids.fromString(id.toString().toUpperCase());
      expect(again.equals(id)).toBe(true);
      expect(again.toString()).toBe(id.toString());
      expect(again.name).toBeUndefined();
    }
    expect(ids.unique().equals(ids.unique())).toBe(false);
  });

  test("of other namespaces, and texts that are none, are refused", () => {
    const ids = new IdFactory("w-Room", systemRandom);
    const foreign = new IdFactory("w-Other", systemRandom).fromName("x").toString();
    for (const text of ["", "zz", `${"0".repeat(63)}g`, "0".repeat(65)]) {
      expect(() => ids.fromString(text)).toThrow(
        new TypeError("Invalid Durable Object ID: must be 64 hex digits"),
      );
    }
    for (const text of [foreign, "0".repeat(64)]) {
      expect(() => ids.fromString(text)).toThrow(
        new TypeError("Durable Object ID is not valid for this namespace."),
      );
    }
  });
});

describe("a namespace", () => {
  const { namespace, stub } = setUp({ Test });

  test("looks like one", () => {
    expect("idFromName" in namespace).toBe(true);
    expect(Object.keys(namespace)).toEqual([]);
    expect(namespace.constructor.name).toBe("DurableObjectNamespace");
    expect(Object.prototype.toString.call(namespace)).toBe("[object DurableObjectNamespace]");
  });

  test("refuses what is no id", () => {
    const get = (id: unknown) => namespace.get(id as DurableObjectId);
    for (const id of [undefined, "x", { toString: () => "0".repeat(64) }]) {
      expect(() => get(id)).toThrow(
        "Failed to execute 'get' on 'DurableObjectNamespace': parameter 1 is not of type 'DurableObjectId'.",
      );
    }
    expect(() => namespace.idFromName()).toThrow(TypeError);
    expect(() => namespace.getByName("x", "text" as unknown as object)).toThrow(
      /parameter 2 is not of type/,
    );
    expect(() => namespace.newUniqueId().equals("x" as unknown as DurableObjectId)).toThrow(
      TypeError,
    );
    const options = { routingMode: "zz" as "primary-only" };
    expect(() => namespace.get(namespace.newUniqueId(), options)).toThrow(
      new RangeError("unknown routingMode: zz"),
    );
  });

  test("gives stubs with nothing but name and id of their own", async () => {
    const room = stub("lobby");
    expect(Object.keys(room)).toEqual(["name", "id"]);
    expect(room.constructor.name).toBe("DurableObject");
    expect(await room).toBe(room);
    expect(["foo" in room, "then" in room]).toEqual([true, false]);
    expect(JSON.stringify({ room })).toBe('{"room":{"name":"lobby","id":{"name":"lobby"}}}');
    expect(String(room)).toBe("[object DurableObject]");
    expect(Reflect.get(room, Symbol.dispose)).toBeUndefined();
  });

  test("leads to the same object by name, id and jurisdiction", async () => {
    const id = namespace.idFromName("lobby");
    const byId = namespace.get(id) as ReturnType<typeof stub>;
    const elsewhere = namespace.jurisdiction("eu").getByName("lobby") as ReturnType<typeof stub>;
    const seen = [id.toString(), "lobby"];
    expect(await byId.own!()).toEqual(seen);
    expect(await elsewhere.own!()).toEqual(seen);
    expect(DurableObjectId.is(elsewhere.id)).toBe(true);
  });
});
