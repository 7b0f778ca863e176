import { describe, expect, test } from "vitest";
import { settled, setUp, TestObject } from "./test-kit.ts";

class Test extends TestObject {
  log: string[] = [];
  private release: (() => void)[] = [];

  note(text: string) {
    this.log.push(text);
  }

  trace() {
    return this.log;
  }

  pause() {
    return new Promise<void>((resolve) => {
      this.release.push(resolve);
    });
  }

  resume() {
    for (const release of this.release.splice(0)) release();
  }

  async gate() {
    this.log.push("g0");
    await this.ctx.storage.get("x");
    this.log.push("g1");
    await this.pause();
    this.log.push("g2");
  }

  async block() {
    this.log.push("b0");
    await this.ctx.blockConcurrencyWhile(async () => {
      this.log.push("b1");
      await this.timer();
      this.log.push("b2");
    });
    this.log.push("b3");
  }

  async steps(name: string) {
    for (let step = 0; step < 5; step++) {
      this.log.push(`${name}${step}`);
      await undefined;
    }
  }

  async order() {
    this.log.push("before");
    const blocked = this.ctx.blockConcurrencyWhile(async () => {
      this.log.push("cb");
      await null;
      this.log.push("cb2");
    });
    this.log.push("sync-after");
    queueMicrotask(() => this.log.push("micro"));
    await blocked;
    this.log.push("done");
  }

  async two() {
    const section = (name: string) =>
      this.ctx
        .blockConcurrencyWhile(async () => {
          this.log.push(`${name}1`);
          await this.timer();
          this.log.push(`${name}2`);
        })
        .then(() => this.log.push(`${name}-then`));
    await Promise.all([section("a"), section("b")]);
  }

  nested() {
    return this.ctx.blockConcurrencyWhile(() =>
      this.ctx.blockConcurrencyWhile(async () => {
        await this.timer();
        return 5;
      }),
    );
  }

  async deep(depth: number): Promise<number> {
    return await this.ctx.blockConcurrencyWhile(async () =>
      depth === 1 ? 1 : 1 + (await this.deep(depth - 1)),
    );
  }

  private timer() {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

describe("order of events", () => {
  test("an await of storage lets no other event in; other awaits do", async () => {
    const { stub } = setUp({ Test });
    const room = stub();
    const all = [room.gate!(), room.note!("n1"), room.note!("n2")];
    await settled();
    await room.resume!();
    await Promise.all(all);
    expect(await room.trace!()).toEqual(["g0", "g1", "n1", "n2", "g2"]);
  });

  test("what awaits a critical section runs before the events that waited", async () => {
    const { stub } = setUp({ Test });
    const room = stub();
    await Promise.all([room.block!(), room.note!("n1"), room.note!("n2")]);
    expect(await room.trace!()).toEqual(["b0", "b1", "b2", "b3", "n1", "n2"]);
  });

  test("the microtasks of one event run out before the next starts", async () => {
    const { stub } = setUp({ Test });
    const room = stub();
    await Promise.all([room.steps!("a"), room.steps!("b")]);
    const names = ["a", "b"].flatMap((name) => [0, 1, 2, 3, 4].map((step) => `${name}${step}`));
    expect(await room.trace!()).toEqual(names);
  });

  test("a critical section starts in a turn of its own", async () => {
    const { stub } = setUp({ Test });
    const room = stub();
    await room.order!();
    expect(await room.trace!()).toEqual(["before", "sync-after", "micro", "cb", "cb2", "done"]);
  });

  test("critical sections that were asked for together run one after the other", async () => {
    const { stub } = setUp({ Test });
    const room = stub();
    await Promise.all([room.two!(), room.note!("n")]);
    expect(await room.trace!()).toEqual(["a1", "a2", "a-then", "b1", "b2", "b-then", "n"]);
  });

  test("critical sections nest, up to a depth of 64", async () => {
    const { stub } = setUp({ Test });
    expect(await stub().nested!()).toBe(5);
    expect(await stub().deep!(64)).toBe(64);
    await expect(stub().deep!(65)).rejects.toThrow(
      "blockConcurrencyWhile() calls are nested too deeply.",
    );
  });

  test("calls on one stub start in order", async () => {
    const { stub } = setUp({ Test });
    const room = stub();
    await Promise.all([1, 2, 3, 4, 5].map((number) => room.note!(`${number}`)));
    expect(await room.trace!()).toEqual(["1", "2", "3", "4", "5"]);
  });
});
