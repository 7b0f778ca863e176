import { beforeAll, describe, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { settled, setUp, TestObject, type TestStub } from "./test-kit.ts";

class Test extends TestObject {
  log: string[] = [];

  constructor(ctx: unknown, env: unknown) {
    super(ctx, env);
    void this.ctx.blockConcurrencyWhile(async () => {
      this.log.push("starting");
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.log.push("started");
    });
  }
  note(text: string) {
    this.log.push(text);
  }
  trace() {
    return this.log;
  }
  setTimer(ms: number) {
    setTimeout(() => this.log.push("timer"), ms);
  }
  async block(ms: number) {
    await this.ctx.blockConcurrencyWhile(async () => {
      this.log.push("in");
      await new Promise((resolve) => setTimeout(resolve, ms));
      this.log.push("out");
    });
  }
  async ask(other: TestStub, ms: number) {
    this.log.push("ask");
    await other.slow!(ms);
    this.log.push("answer");
  }
  async askInside(other: TestStub, ms: number) {
    await this.ctx.blockConcurrencyWhile(async () => {
      this.log.push("ask");
      await other.slow!(ms);
      this.log.push("answer");
    });
  }
  async callBackInside(other: TestStub) {
    await this.ctx.blockConcurrencyWhile(async () => {
      await other.callMe!(() => this.log.push("called back"));
    });
  }
  async callMe(callback: () => Promise<void>) {
    await callback();
  }
  async slow(ms: number) {
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}

beforeAll(installGlobals);

async function start() {
  const host = setUp({ Test });
  const room = host.stub();
  const begun = [room.note!("first"), host.stub("other").note!("x")];
  await host.clock.advance(5);
  await Promise.all(begun);
  return { ...host, room };
}

describe("critical sections", () => {
  test("of the constructor end before the first event", async () => {
    const { room } = await start();
    expect(await room.trace!()).toEqual(["starting", "started", "first"]);
  });

  async function after(host: Awaited<ReturnType<typeof start>>, calls: Promise<unknown>[]) {
    await host.clock.advance(100);
    await Promise.all(calls);
    return ((await host.room.trace!()) as string[]).slice(3);
  }

  test("keep timers of other code out", async () => {
    const host = await start();
    const calls = [host.room.setTimer!(5), host.room.block!(20), host.room.note!("n")];
    expect(await after(host, calls)).toEqual(["in", "out", "n", "timer"]);
  });

  test("keep replies to other code out, and let their own in", async () => {
    const host = await start();
    const outside = [host.room.ask!(host.stub("other"), 5), host.room.block!(20)];
    expect(await after(host, outside)).toEqual(["ask", "in", "out", "answer"]);
    const inside = [host.room.askInside!(host.stub("other"), 5), host.room.note!("n")];
    expect((await after(host, inside)).slice(4)).toEqual(["ask", "answer", "n"]);
  });

  test("let calls in on stubs that they lent", async () => {
    const host = await start();
    const calls = [host.room.callBackInside!(host.stub("other")), host.room.note!("n")];
    expect(await after(host, calls)).toEqual(["called back", "n"]);
  });

  test("an object that calls itself from within one waits until it is reset", async () => {
    const host = await start();
    const stuck = host.room.askInside!(host.room, 1);
    const failed = expect(stuck).rejects.toMatchObject({ durableObjectReset: true });
    await host.clock.advance(30_000);
    await failed;
    await settled();
  });
});
