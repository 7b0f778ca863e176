import { describe, expect, test } from "vitest";
import { Response as HostResponse } from "../http/response.ts";
import { hostLimits } from "../limits.ts";
import { type FakeDisk, settled, setUp, TestObject } from "./test-kit.ts";

class Test extends TestObject {
  memory = 0;

  read() {
    return this.memory;
  }

  write(value: number) {
    this.memory = value;
    void this.ctx.storage.put("x", value);
    return value;
  }

  reset() {
    this.ctx.abort("gone");
  }

  async writeThenFail() {
    await this.ctx.storage.put("x", 1);
    throw new Error("after the write");
  }

  turn() {
    void this.ctx.storage.put("a", 1);
    queueMicrotask(() => void this.ctx.storage.put("b", 2));
    return "early";
  }

  tell(other: { hear(text: string): Promise<void> }) {
    void this.ctx.storage.put("x", 1);
    const first = other.hear("first");
    return Promise.all([first, other.hear("second")]).then(() => undefined);
  }

  /** Each call in a turn of its own, the first and the third with a write before it. */
  async tellInTurns(other: { hear(text: string): Promise<void> }) {
    const told: unknown[] = [];
    for (const [index, text] of ["1", "2", "3", "4", "5"].entries()) {
      if (index % 2 === 0) void this.ctx.storage.put(text, index);
      told.push(other.hear(text).then(() => undefined));
      await new Promise((resolve) => setImmediate(resolve));
      if (index === 2) void this.ctx.storage.put("between", 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(told);
  }

  heard: string[] = [];
  hear(text: string) {
    this.heard.push(text);
  }
  listen() {
    return this.heard;
  }

  async fetch(request: Request) {
    if (request.url.endsWith("/write")) {
      await this.ctx.storage.put("x", 1);
      return new Response("written");
    }
    const chunks = new TransformStream<Uint8Array, Uint8Array>();
    const writer = chunks.writable.getWriter();
    void (async () => {
      await writer.write(new TextEncoder().encode("one"));
      await this.ctx.storage.put("x", 1);
      await writer.write(new TextEncoder().encode("two"));
      await writer.close();
    })();
    return new HostResponse(chunks.readable) as unknown as Response;
  }
}

/** Commits become durable when the test says so. */
function slowDisk(disk: FakeDisk) {
  const waiting: { resolve(): void; reject(error: Error): void }[] = [];
  disk.sync = () =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  return {
    sync: async () => {
      for (const { resolve } of waiting.splice(0)) resolve();
      await settled();
    },
    fail: async (error: Error) => {
      for (const { reject } of waiting.splice(0)) reject(error);
      await settled();
    },
    pending: () => waiting.length,
  };
}

/** Tells whether a promise has settled, and how. */
function watch(promise: PromiseLike<unknown>) {
  const seen: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => Object.assign(seen, { value }),
    (error: unknown) => Object.assign(seen, { error }),
  );
  return seen;
}

describe("the output gate", () => {
  test("a result leaves only when what was written before is durable", async () => {
    const { stub, disk } = setUp({ Test });
    await stub().read!();
    const slow = slowDisk(disk());
    const result = watch(stub().write!(7));
    await settled();
    expect(result).toEqual({});
    expect(disk().commits).toEqual([["x"]]);
    await slow.sync();
    expect(result).toEqual({ value: 7 });
  });

  test("other events start meanwhile, and their results wait as well", async () => {
    const { stub, disk } = setUp({ Test });
    await stub().read!();
    const slow = slowDisk(disk());
    const written = watch(stub().write!(7));
    const read = watch(stub().read!());
    await settled();
    expect([written, read]).toEqual([{}, {}]);
    await slow.sync();
    expect([written, read]).toEqual([{ value: 7 }, { value: 7 }]);
  });

  test("an error waits too", async () => {
    const { stub, disk } = setUp({ Test });
    const slow = slowDisk(disk());
    const result = watch(stub().writeThenFail!());
    await settled();
    expect(result).toEqual({});
    await slow.sync();
    expect(result.error).toMatchObject({ message: "after the write", remote: true });
  });

  test("all that one turn writes is one commit, even when the handler returned before", async () => {
    const { stub, disk } = setUp({ Test });
    expect(await stub().turn!()).toBe("early");
    expect(disk().commits).toEqual([["a", "b"]]);
  });

  test("a call to another object waits, and keeps its order", async () => {
    const { stub, disk } = setUp({ Test });
    const [one, other] = [stub("one"), stub("other")];
    const slow = slowDisk(disk("one"));
    const told = watch(one.tell!(other));
    await settled();
    expect(await other.listen!()).toEqual([]);
    await slow.sync();
    expect(await other.listen!()).toEqual(["first", "second"]);
    expect(told).toEqual({ value: undefined });
  });

  test("calls keep their order over several turns and syncs", async () => {
    const { stub, disk } = setUp({ Test });
    const [one, other] = [stub("one"), stub("other")];
    const slow = slowDisk(disk("one"));
    const told = watch(one.tellInTurns!(other));
    for (let round = 0; round < 10; round++) await settled();
    expect(await other.listen!()).toEqual([]);
    expect(slow.pending()).toBeGreaterThan(1);
    await slow.sync();
    expect(await other.listen!()).toEqual(["1", "2", "3", "4", "5"]);
    expect(told).toEqual({ value: undefined });
  });

  test("a response waits", async () => {
    const { stub, disk } = setUp({ Test });
    const slow = slowDisk(disk());
    const response = watch(stub().fetch("http://object/write"));
    await settled();
    expect(response).toEqual({});
    await slow.sync();
    expect(await (response.value as Response).text()).toBe("written");
  });

  test("each chunk of a body waits for what was written before it", async () => {
    const { stub, disk } = setUp({ Test });
    const slow = slowDisk(disk());
    const response = await stub().fetch("http://object/stream");
    const reader = response.body!.getReader();
    const text = ({ value }: { value?: Uint8Array | undefined }) => new TextDecoder().decode(value);
    expect(text(await reader.read())).toBe("one");
    const second = watch(reader.read().then(text));
    await settled();
    expect(second).toEqual({});
    await slow.sync();
    expect(second).toEqual({ value: "two" });
    expect(await reader.read()).toMatchObject({ done: true });
  });

  test("when a sync fails nothing leaves, and the object is reset", async () => {
    const { stub, disk } = setUp({ Test });
    const room = stub();
    await room.read!();
    const slow = slowDisk(disk());
    const result = watch(room.write!(7));
    await settled();
    await slow.fail(new Error("the disk is gone"));
    expect(result.error).toMatchObject({ message: "the disk is gone", durableObjectReset: true });
    disk().sync = undefined;
    await expect(room.read!()).rejects.toMatchObject({ message: "the disk is gone" });
    expect(await stub().read!()).toBe(0);
  });

  test("what was on its way out before the object came to rest leaves in spite of a reset", async () => {
    const { stub, disk } = setUp({ Test });
    await stub().read!();
    const slow = slowDisk(disk());
    const [result, failure] = [watch(stub().write!(7)), watch(stub("a").writeThenFail!())];
    await settled();
    const reset = watch(stub().reset!());
    await settled();
    expect(reset.error).toMatchObject({ message: "gone" });
    expect([result, failure]).toEqual([{}, {}]);
    await slow.sync();
    expect(result.value).toBe(7);
    expect(failure.error).toMatchObject({ message: "after the write" });
  });

  test("a reset right behind a write takes its result along", async () => {
    const { stub, disk } = setUp({ Test });
    await stub().read!();
    const slow = slowDisk(disk());
    const [result, reset] = [watch(stub().write!(7)), watch(stub().reset!())];
    await settled();
    await slow.sync();
    for (const { error } of [result, reset]) expect(error).toMatchObject({ message: "gone" });
  });

  test("a sync that fails after a reset lets nothing out", async () => {
    const { stub, disk } = setUp({ Test });
    await stub().read!();
    const slow = slowDisk(disk());
    const result = watch(stub().write!(7));
    await settled();
    await stub().reset!().catch(() => undefined);
    await slow.fail(new Error("disk"));
    expect(result.error).toMatchObject({ message: "gone" });
  });

  test.each([
    [30_000, {}],
    [700, { outputGateMs: 700 }],
  ])("a sync that takes %d ms resets the object", async (most, limits) => {
    const { stub, disk, clock } = setUp({ Test }, { limits: hostLimits(limits) });
    await stub().read!();
    slowDisk(disk());
    const result = watch(stub().write!(7));
    await clock.advance(most - 1);
    expect(result).toEqual({});
    await clock.advance(1);
    expect(result.error).toMatchObject({
      message: "Durable Object storage operation exceeded timeout which caused object to be reset.",
      durableObjectReset: true,
    });
  });

  test("the time that a sync may take begins with its write, whatever was written before", async () => {
    const { stub, disk, clock } = setUp({ Test }, { limits: hostLimits({ outputGateMs: 1000 }) });
    await stub().write!(1);
    await clock.advance(900);
    const slow = slowDisk(disk());
    const first = watch(stub().write!(2));
    await clock.advance(999);
    expect(first).toEqual({});
    await slow.sync();
    expect(first.value).toBe(2);
    const second = watch(stub().write!(3));
    await clock.advance(999);
    expect(second).toEqual({});
    await clock.advance(1);
    expect(second.error).toMatchObject({ durableObjectReset: true });
  });
});
