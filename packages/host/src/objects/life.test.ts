import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { WebSocketPair } from "../sockets/pair.ts";
import { settled, setUp, TestObject, type TestStub, version } from "./test-kit.ts";
import { handleUncaught } from "./uncaught.ts";

let made = 0;

class Test extends TestObject {
  readonly number = ++made;
  alarms: unknown[] = [];

  which() {
    return this.number;
  }
  called() {
    return this.ctx.id.name;
  }
  code() {
    return this.env.VERSION;
  }
  forever() {
    return new Promise(() => undefined);
  }
  async wait(ms: number) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return "waited";
  }
  later(ms: number) {
    setTimeout(() => void this.ctx.storage.put("fired", ms), ms);
  }
  background(ms: number) {
    this.ctx.waitUntil(new Promise((resolve) => setTimeout(resolve, ms)));
  }
  abort(reason?: string) {
    void this.ctx.storage.put("lost", 1);
    this.ctx.abort(reason);
  }
  abortAndGoOn(other: TestStub) {
    void this.ctx.storage.put("lost", 1);
    try {
      this.ctx.abort("ab");
    } catch {
      setTimeout(() => void other.note!("timer"), 1);
      void other.note!("at once").catch(() => undefined);
      void this.ctx.storage.put("late", 1);
    }
  }
  askLater(other: TestStub, ms: number) {
    void other.wait!(ms).then((answer) => this.notes.push(String(answer)));
  }
  notes: string[] = [];
  note(text: string) {
    this.notes.push(text);
  }
  noted() {
    return this.notes;
  }
  abortLater() {
    setTimeout(() => this.ctx.abort("destroyed"), 0);
  }
  failIn(where: string) {
    if (where === "timer") setTimeout(() => this.fail(where), 0);
    if (where === "microtask") queueMicrotask(() => this.fail(where));
    if (where === "rejection") void Promise.reject(new Error(where));
    if (where === "waitUntil") this.ctx.waitUntil(Promise.reject(new Error(where)));
    return "alive";
  }
  private fail(where: string): never {
    throw new Error(where);
  }
  blockForever() {
    return this.ctx.blockConcurrencyWhile(() => new Promise(() => undefined));
  }
  async blockAndFail() {
    try {
      await this.ctx.blockConcurrencyWhile(async () => {
        throw new TypeError("bb");
      });
    } catch {
      await this.ctx.storage.put("caught", 1);
    }
  }
  setAlarm(time: number) {
    return this.ctx.storage.setAlarm(time);
  }
  alarmsSeen() {
    return this.alarms;
  }
  alarm(info: object) {
    this.alarms.push({ ...info });
  }
  accept() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, ["tag"]);
    clients.push(client);
    return this.ctx.getWebSockets().length;
  }
  acceptStandard() {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    clients.push(client);
  }
  seen: unknown[] = [];
  webSocketMessage(_socket: WebSocket, message: string) {
    if (message === "fail") throw new Error("in a message");
    this.seen.push(message);
  }
  messages() {
    return this.seen;
  }
}

/** The other ends of the sockets that objects accepted. */
const clients: WebSocketPair[0][] = [];

/** Opens the client's end, outside of the object. */
async function connect(stub: TestStub) {
  expect(await stub.accept!()).toBe(1);
  const client = clients.at(-1)!;
  client.accept();
  return client;
}

let release: () => void;

beforeAll(() => {
  installGlobals();
  release = handleUncaught(() => undefined);
});
afterAll(() => release());

describe("the life of an object", () => {
  test("one instance serves all callers; its id has its name", async () => {
    const { stub } = setUp({ Test });
    const number = await stub().which!();
    expect(await stub().which!()).toBe(number);
    expect(await stub("b").which!()).not.toBe(number);
    expect(await stub().called!()).toBe("a");
  });

  test("after 70 idle seconds it is evicted; stubs go on", async () => {
    const { stub, clock, disk } = setUp({ Test });
    const room = stub();
    const number = await room.which!();
    await clock.advance(69_999);
    expect(disk().open).toBe(1);
    await clock.advance(1);
    expect(disk().open).toBe(0);
    expect(await room.which!()).not.toBe(number);
  });

  test("running events and waitUntil keep it; each event starts the time anew", async () => {
    const { stub, clock, disk } = setUp({ Test });
    const waiting = stub().wait!(100_000);
    await clock.advance(100_000);
    expect(await waiting).toBe("waited");
    await stub().background!(50_000);
    await clock.advance(119_999);
    expect(disk().open).toBe(1);
    await clock.advance(1);
    expect(disk().open).toBe(0);
  });

  test("with an open socket it hibernates after 10 seconds, and a message wakes it", async () => {
    const { stub, clock, disk } = setUp({ Test });
    const number = await stub().which!();
    const client = await connect(stub());
    await clock.advance(9_999);
    expect(disk().open).toBe(1);
    await clock.advance(1);
    expect(disk().open).toBe(0);
    client.send("hello");
    await settled();
    expect(disk().open).toBe(1);
    expect(await stub().messages!()).toEqual(["hello"]);
    expect(await stub().which!()).not.toBe(number);
    expect(await stub().called!()).toBe("a");
  });

  test("an answer that it waits for keeps it in memory, whoever awaits it", async () => {
    const { stub, clock, disk } = setUp({ Test });
    await connect(stub());
    await stub().askLater!(stub("b"), 200_000);
    await clock.advance(199_999);
    expect(disk("a").open).toBe(1);
    await clock.advance(1);
    expect(await stub().noted!()).toEqual(["waited"]);
    await clock.advance(10_000);
    expect(disk("a").open).toBe(0);
  });

  test("it hibernates on time while others wait for their eviction", async () => {
    const { stub, clock, disk } = setUp({ Test });
    await stub("b").which!();
    await clock.advance(20_000);
    await connect(stub());
    await clock.advance(10_000);
    expect([disk("a").open, disk("b").open]).toEqual([0, 1]);
  });

  test.each([
    ["as long as is configured", { hibernateAfterMs: 1000, evictAfterMs: 5000 }, [0, 1], [0, 0]],
    ["never longer with sockets than without", { evictAfterMs: 2000 }, [1, 1], [0, 0]],
    ["for good", { hibernateAfterMs: Infinity, evictAfterMs: Infinity }, [1, 1], [1, 1]],
  ])("it stays %s", async (_how, idle, afterASecond, afterADay) => {
    const { stub, clock, disk } = setUp({ Test }, { idle });
    const client = await connect(stub());
    await stub("b").which!();
    const number = await stub().which!();
    await clock.advance(1999);
    expect([disk("a").open, disk("b").open]).toEqual(afterASecond);
    await clock.advance(86_400_000);
    expect([disk("a").open, disk("b").open]).toEqual(afterADay);
    client.send("hello");
    await settled();
    expect((await stub().which!()) === number).toBe(afterADay[0] === 1);
  });

  test.each([{ evictAfterMs: -1 }, { hibernateAfterMs: Number.NaN }])("%o is refused", (idle) => {
    expect(() => setUp({ Test }, { idle })).toThrow(
      expect.objectContaining({ code: "IDLE_INVALID" }),
    );
  });

  test("a live timer keeps it from hibernating, not from eviction", async () => {
    const { stub, clock, disk } = setUp({ Test });
    await connect(stub());
    await stub().later!(60_000);
    await clock.advance(59_000);
    expect(disk().open).toBe(1);
    await clock.advance(2_000);
    expect(disk().values.get("fired")).toBe(60_000);
    await stub().later!(500_000);
    await clock.advance(70_000);
    expect(disk().open).toBe(0);
    await clock.advance(500_000);
    expect(disk().values.get("fired")).toBe(60_000);
  });

  test("a socket handler that throws is reported, and the object lives on", async () => {
    const { stub, reports } = setUp({ Test });
    const client = await connect(stub());
    client.send("fail");
    client.send("next");
    await settled();
    expect(await stub().messages!()).toEqual(["next"]);
    expect(reports).toMatchObject([{ object: "Test/a", error: { message: "in a message" } }]);
  });
});

describe("resets", () => {
  test("abort fails all callers, loses what was not committed, and breaks their stubs", async () => {
    const { stub, disk } = setUp({ Test });
    const room = stub();
    await room.which!();
    const other = stub();
    await other.which!();
    const calls = [room.forever!(), room.abort!("ab"), other.which!()];
    const error = { message: "ab", durableObjectReset: true };
    for (const call of calls) await expect(call).rejects.toMatchObject(error);
    await expect(room.which!()).rejects.toMatchObject(error);
    await expect(other.fetch("http://object/")).rejects.toMatchObject(error);
    const { remote } = await room.which!().then(undefined, (thrown) => thrown);
    expect(remote).toBeUndefined();
    expect(await stub().which!()).toBeGreaterThan(0);
    expect(disk().values.has("lost")).toBe(false);
  });

  test("code that goes on after a reset reaches nobody and writes nothing", async () => {
    const { stub, clock, disk } = setUp({ Test });
    await expect(stub().abortAndGoOn!(stub("other"))).rejects.toThrow("ab");
    await clock.advance(10);
    expect(await stub("other").noted!()).toEqual([]);
    expect([...disk().values]).toEqual([]);
  });

  test("abort without a reason", async () => {
    const { stub } = setUp({ Test });
    await expect(stub().abort!()).rejects.toThrow(
      "Application called abort() to reset Durable Object.",
    );
  });

  test("abort in a timer does no harm to the process", async () => {
    const { stub, clock, reports } = setUp({ Test });
    const number = await stub().which!();
    await stub().abortLater!();
    await clock.advance(1);
    expect(await stub().which!()).not.toBe(number);
    expect(reports).toEqual([]);
  });

  test("a constructor that throws fails its callers; a new stub runs it again", async () => {
    let count = 0;
    class Fragile extends TestObject {
      constructor(ctx: unknown, env: unknown) {
        super(ctx, env);
        count += 1;
        if (count === 1) throw new RangeError("ctor");
      }
      fine() {
        return true;
      }
    }
    const { namespaceOf } = setUp({ Fragile });
    const room = namespaceOf("Fragile").getByName("x") as { fine(): Promise<boolean> };
    await expect(room.fine()).rejects.toMatchObject({ message: "ctor", durableObjectReset: true });
    await expect(room.fine()).rejects.toBeInstanceOf(RangeError);
    const again = namespaceOf("Fragile").getByName("x") as { fine(): Promise<boolean> };
    expect(await again.fine()).toBe(true);
  });

  test("a critical section that fails resets; the code that awaited it never goes on", async () => {
    const { stub, disk } = setUp({ Test });
    const calls = [stub().blockAndFail!(), stub().which!()];
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ message: "bb", durableObjectReset: true });
    }
    await settled();
    expect(disk().values.has("caught")).toBe(false);
  });

  test("a critical section may take 30 seconds", async () => {
    const { stub, clock } = setUp({ Test });
    const blocked = stub().blockForever!();
    const failed = expect(blocked).rejects.toMatchObject({
      message:
        "A call to blockConcurrencyWhile() in a Durable Object waited for too long. " +
        "The call was canceled and the Durable Object was reset.",
      durableObjectReset: true,
    });
    await clock.advance(30_000);
    await failed;
  });

  test.each(["timer", "microtask", "rejection", "waitUntil"])(
    "an error that nobody catches (%s) is reported under the object's name",
    async (where) => {
      const { stub, clock, reports } = setUp({ Test });
      expect(await stub().failIn!(where)).toBe("alive");
      await clock.advance(1);
      await settled();
      expect(reports).toMatchObject([{ object: "Test/a", error: { message: where } }]);
      expect(await stub().which!()).toBeGreaterThan(0);
    },
  );
});

describe("new code", () => {
  class New extends Test {
    override which() {
      return -this.number;
    }
  }

  test("running events finish on the old code while new ones wait for the new", async () => {
    const { stub, clock, directory, disk } = setUp({ Test });
    const running = stub().wait!(500);
    await settled();
    const replaced = directory.replace(version(2, { Test: New }), 1000);
    const waiting = stub().code!();
    await clock.advance(500);
    expect(await running).toBe("waited");
    await replaced;
    expect(await waiting).toBe(2);
    expect(disk().open).toBe(1);
  });

  test("what still runs after the time to drain is broken off", async () => {
    const { stub, clock, directory } = setUp({ Test });
    const room = stub();
    const running = room.forever!();
    const failed = expect(running).rejects.toMatchObject({
      message: "Durable Object reset because its code was updated.",
      durableObjectReset: true,
    });
    await settled();
    const replaced = directory.replace(version(2, { Test: New }), 1000);
    await clock.advance(1000);
    await Promise.all([failed, replaced]);
    expect(await stub().code!()).toBe(2);
  });

  test("events that had not started go to the new code, in order", async () => {
    const { stub, clock, directory } = setUp({ Test });
    const room = stub();
    const [running, ...queued] = [room.wait!(10), room.code!(), room.called!()];
    const replaced = directory.replace(version(2, { Test: New }), 1000);
    await clock.advance(10);
    await replaced;
    expect(await Promise.all(queued)).toEqual([2, "a"]);
    expect(await running).toBe("waited");
  });

  test("hibernatable sockets stay open, and the next message runs the new code", async () => {
    const { stub, directory } = setUp({ Test });
    const client = await connect(stub());
    await directory.replace(version(2, { Test: New }), 1000);
    client.send("hello");
    await settled();
    expect(await stub().messages!()).toEqual(["hello"]);
    expect(await stub().code!()).toBe(2);
  });

  test("sockets taken with accept() close with 1012, and hold nothing up", async () => {
    const { stub, directory } = setUp({ Test });
    const closed: unknown[] = [];
    const hibernatable = await connect(stub());
    await stub().acceptStandard!();
    const standard = clients.at(-1)!;
    standard.addEventListener("close", (event) => {
      const { code, reason, wasClean } = event as CloseEvent;
      closed.push([code, reason, wasClean]);
    });
    standard.accept();
    await directory.replace(version(2, { Test: New }), 1000);
    await settled();
    expect(closed).toEqual([[1012, "The code was updated.", true]]);
    expect(hibernatable.readyState).toBe(1);
    expect(await stub().code!()).toBe(2);
  });

  test("a closed directory takes no calls", async () => {
    const { stub, directory, disk } = setUp({ Test });
    await stub().which!();
    await directory.close(1000);
    expect(disk().open).toBe(0);
    await expect(stub().which!()).rejects.toThrow("Network connection lost.");
  });
});

describe("alarms", () => {
  test("the row decides: not before its time, and not without an alarm", async () => {
    const { stub, clock, directory, keyOf, disk } = setUp({ Test });
    const key = keyOf("a");
    expect(await directory.deliver(key, { retryCount: 0 })).toEqual({
      outcome: "none",
      next: null,
    });
    const time = clock.now() + 1000;
    await stub().setAlarm!(time);
    const early = await directory.deliver(key, { retryCount: 0 });
    expect(early).toEqual({ outcome: "none", next: time });
    await clock.advance(1000);
    const done = await directory.deliver(key, { retryCount: 2 });
    expect(done).toEqual({ outcome: "done", next: null });
    expect(await stub().alarmsSeen!()).toEqual([
      { retryCount: 2, isRetry: true, scheduledTime: time },
    ]);
    expect(disk().alarm).toBe(null);
  });

  test("a handler that throws leaves the alarm for another try", async () => {
    class Failing extends TestObject {
      alarm() {
        throw new Error("no luck");
      }
    }
    const { clock, directory, keyOf, disk, reports } = setUp({ Test: Failing });
    disk().alarm = clock.now();
    const time = clock.now();
    const outcome = await directory.deliver(keyOf("a"), { retryCount: 0 });
    expect(outcome).toEqual({ outcome: "failed", next: time });
    expect(reports).toMatchObject([{ where: "alarm", error: { message: "no luck" } }]);
    await directory.giveUp(keyOf("a"), time - 1);
    expect(disk().alarm, "set since").toBe(time);
    await directory.giveUp(keyOf("a"), time);
    expect(disk().alarm).toBe(null);
  });

  test.each([
    [true, "interrupted"],
    [false, "done"],
  ])("an abort with retryAlarm %s ends it as %s", async (retryAlarm, outcome) => {
    class Aborting extends TestObject {
      alarm() {
        this.ctx.abort("gone", { retryAlarm });
      }
    }
    const { clock, directory, keyOf, disk } = setUp({ Test: Aborting });
    disk().alarm = clock.now();
    expect(await directory.deliver(keyOf("a"), { retryCount: 0 })).toMatchObject({ outcome });
    expect(disk().alarm === null).toBe(!retryAlarm);
  });
});
