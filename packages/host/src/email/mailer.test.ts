import { describe, expect, test } from "vitest";
import { type FakeDisk, settled, setUp, TestObject } from "../objects/test-kit.ts";
import { Mailer } from "./mailer.ts";
import { sentBy } from "./testing/sent.ts";

const { sent, mailer } = sentBy();

function prepared(text: string) {
  return async () => ({
    ...{ kind: "send" as const, binding: "EMAIL", messageId: `<${text}@a.test>` },
    ...{ from: "bot@a.test", to: ["ada@b.test"], raw: Buffer.from(text) },
  });
}

const failures: string[] = [];

class Test extends TestObject {
  read() {
    return "read";
  }

  /** Writes, sends, and writes something more in the same turn. */
  async report(text: string) {
    void this.ctx.storage.put(text, 1);
    return (await mailer.send(prepared(text))).messageId;
  }

  /** What is sent takes several turns to make, and there is another write before it is done. */
  async dictate(text: string) {
    const slowly = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      void this.ctx.storage.put(text, 1);
      return prepared(text)();
    };
    return (await mailer.send(slowly)).messageId;
  }

  /** What is written is lost with the turn. */
  abandon(text: string) {
    void this.ctx.storage.put(text, 1);
    const slowly = () => settled().then(prepared(text));
    mailer.send(slowly).catch((error: unknown) => failures.push(String(error)));
    this.ctx.abort("gone");
  }

  async tell(text: string) {
    return (await mailer.send(prepared(text))).messageId;
  }
}

/** Commits become durable, or fail, when the test says so. */
function slowDisk(disk: FakeDisk) {
  const waiting: PromiseWithResolvers<void>[] = [];
  disk.sync = () => {
    const flush = Promise.withResolvers<void>();
    waiting.push(flush);
    return flush.promise;
  };
  const all = async (act: (flush: PromiseWithResolvers<void>) => void) => {
    for (const flush of waiting.splice(0)) act(flush);
    await settled();
  };
  return {
    sync: () => all(({ resolve }) => resolve()),
    fail: (error: Error) => all(({ reject }) => reject(error)),
  };
}

async function open() {
  sent.length = 0;
  const { stub, disk } = setUp({ Test });
  await stub().read?.();
  return { stub, disk: slowDisk(disk()) };
}

describe("an email of an object", () => {
  test.each(["report", "dictate"])("leaves when what was written is durable: %s", async (how) => {
    const { stub, disk } = await open();
    const done = stub()[how]?.("one");
    await settled();
    expect(sent).toEqual([]);
    await disk.sync();
    await disk.sync();
    expect(sent).toMatchObject([{ text: "one" }]);
    expect(await done).toBe("<one@a.test>");
  });

  test.each(["report", "dictate"])("never leaves when it is not: %s", async (how) => {
    const { stub, disk } = await open();
    const done = expect(stub()[how]?.("one")).rejects.toThrow("the disk is gone");
    await settled();
    await disk.fail(new Error("the disk is gone"));
    await done;
    await settled();
    expect(sent).toEqual([]);
  });

  test("is lost with what was written before it", async () => {
    const { stub } = await open();
    await expect(stub().abandon?.("one")).rejects.toThrow("gone");
    await settled();
    await settled();
    expect(sent).toEqual([]);
    expect(await stub().read?.()).toBe("read");
  });

  test("waits for nothing when nothing was written", async () => {
    const { stub } = await open();
    expect(await stub().tell?.("one")).toBe("<one@a.test>");
  });
});

describe("an email of nobody's", () => {
  test("leaves at once; what its transport fails with is told by a code", async () => {
    sent.length = 0;
    await mailer.send(prepared("one"));
    expect(sent).toMatchObject([{ text: "one" }]);
    const cause = new Error("no line");
    const broken = new Mailer({ send: () => Promise.reject(cause) }, mailer.writing);
    const failed = { code: "E_DELIVERY_FAILED", cause };
    await expect(broken.send(prepared("two"))).rejects.toMatchObject(failed);
    await broken.close();
  });
});
