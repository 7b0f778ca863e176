import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ObjectKey } from "../../objects/key.ts";
import { breathe, until } from "../../storage/testing/slow-files.ts";
import { TestClock } from "../../test-clock.ts";
import { type Durability, type Journal, type ObjectJournal, RELAXED_BOUND_MS } from "../journal.ts";

/** A journal whose durability the test holds in its hands. */
export interface JournalUnderTest {
  readonly journal: Journal;
  /** From now on nothing becomes durable. */
  hold(): void;
  /** What waits becomes durable, and what comes later. */
  release(): void;
  /** What waits fails to become durable, for good. */
  refuse(): void;
  /** How many syncs of an object's log, or what stands for it, were begun. */
  syncs(): number;
  /** How many descriptors of objects are open. */
  open(): number;
}

const IMAGE = new Uint8Array(4096);
const keyOf = (name: string): ObjectKey => ({ namespace: "app-Thing", id: name.padStart(64, "0") });

/** What every implementation of {@link Journal} has to do. */
export function describeJournal(
  name: string,
  setUp: (clock: TestClock, durability: Durability) => JournalUnderTest,
): void {
  describe(`the journal port: ${name}`, () => {
    let directory: string;
    let clock: TestClock;
    const pathOf = (object: string) => join(directory, "objects", "00", `${object}.sqlite`);

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), "freehold-journal-"));
      clock = new TestClock();
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    /** An object whose file and log exist, as SQLite would have made them. */
    async function made(under: JournalUnderTest, object = "a"): Promise<ObjectJournal> {
      const prepared = await under.journal.prepare(keyOf(object), pathOf(object));
      prepared.create(IMAGE);
      writeFileSync(`${pathOf(object)}-wal`, "log");
      return prepared;
    }

    test("`prepare` refuses an object that is prepared, until it is released", async () => {
      const under = setUp(clock, "strict");
      const object = await made(under);
      const again = async () => under.journal.prepare(keyOf("a"), pathOf("a"));
      await expect(again()).rejects.toMatchObject({ code: "OBJECT_IN_USE" });
      await object.release();
      await (await again()).release();
      await under.journal.close();
    });

    test("`borrow` has an object that nobody has, and whoever wants it waits", async () => {
      const under = setUp(clock, "strict");
      const object = await made(under);
      expect(under.journal.borrow(keyOf("a"), async () => 1)).toBe(undefined);
      await object.release();
      const work = Promise.withResolvers<string>();
      const borrowed = under.journal.borrow(keyOf("a"), () => work.promise);
      let isPrepared = false;
      const again = Promise.resolve(under.journal.prepare(keyOf("a"), pathOf("a"))).then((it) => {
        isPrepared = true;
        return it;
      });
      await breathe();
      expect(isPrepared).toBe(false);
      work.reject(new Error("It went wrong."));
      await expect(borrowed).rejects.toThrow("It went wrong.");
      await (await again).release();
      await under.journal.close();
    });

    test("`committed` numbers commits upwards and waits for nothing", async () => {
      const under = setUp(clock, "strict");
      const object = await made(under);
      under.hold();
      const numbers = [object.committed(), object.committed(), object.committed()];
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers).size).toBe(3);
      expect(under.syncs()).toBe(0);
      under.release();
      await object.release();
    });

    test("strict: `durable` waits for the sync, and then for nothing", async () => {
      const under = setUp(clock, "strict");
      const object = await made(under);
      under.hold();
      const sequence = object.committed();
      let done = false;
      const durable = object.durable(sequence)?.then(() => {
        done = true;
      });
      await breathe();
      expect(done).toBe(false);
      expect(object.mayClose()).toBe(false);
      under.release();
      await durable;
      expect(object.durable(sequence)).toBe(undefined);
      expect(object.mayClose()).toBe(true);
      await object.release();
    });

    test("strict: commits made while a sync runs share the next, in order", async () => {
      const under = setUp(clock, "strict");
      const object = await made(under);
      await object.durable(object.committed());
      const before = under.syncs();
      under.hold();
      const done: number[] = [];
      const first = object.durable(object.committed());
      await breathe();
      const waits = Array.from({ length: 30 }, (_, index) =>
        object.durable(object.committed())?.then(() => done.push(index)),
      );
      await breathe();
      expect(under.syncs() - before).toBe(1);
      under.release();
      await Promise.all([first, ...waits]);
      expect(under.syncs() - before).toBe(2);
      expect(done).toEqual(Array.from({ length: 30 }, (_, index) => index));
      await object.release();
    });

    test.each(["relaxed", "memory"] as const)("%s: `durable` waits for nothing", async (mode) => {
      const under = setUp(clock, mode);
      const object = await made(under);
      under.hold();
      expect(object.durable(object.committed())).toBe(undefined);
      under.release();
      await object.release();
    });

    test.each(["strict", "relaxed"] as const)(
      "%s: what nobody waits for is synced within the bound",
      async (mode) => {
        const under = setUp(clock, mode);
        const object = await made(under);
        for (let commit = 0; commit < 10; commit += 1) object.committed();
        await clock.advance(RELAXED_BOUND_MS);
        await until(() => under.syncs() === 1);
        await until(() => object.mayClose());
        await object.release();
      },
    );

    test("memory: nothing is synced, ever", async () => {
      const under = setUp(clock, "memory");
      const object = await made(under);
      object.committed();
      await clock.advance(10 * RELAXED_BOUND_MS);
      await object.release();
      await under.journal.close();
      expect(under.syncs()).toBe(0);
    });

    test.each(["strict", "relaxed"] as const)(
      "%s: a sync that fails fails the object for good, is told once and tried once",
      async (mode) => {
        const under = setUp(clock, mode);
        const told: string[] = [];
        under.journal.onLost((key) => told.push(key.id.at(-1) ?? ""));
        const object = await made(under);
        const other = await made(under, "b");
        object.committed();
        under.hold();
        await clock.advance(RELAXED_BOUND_MS);
        await breathe();
        under.refuse();
        under.release();
        await until(() => told.length > 0);
        const before = under.syncs();
        for (let attempt = 0; attempt < 3; attempt += 1) {
          await expect(object.durable(object.committed())).rejects.toThrow();
        }
        await clock.advance(10 * RELAXED_BOUND_MS);
        expect(told).toEqual(["a"]);
        expect(under.syncs()).toBe(before);
        expect([object.mayCheckpoint(), object.mayClose()]).toEqual([false, false]);
        expect(await object.mayFold()).toBe(false);
        await object.release();
        const again = async () => under.journal.prepare(keyOf("a"), pathOf("a"));
        await expect(again()).rejects.toMatchObject({ code: "STORAGE_SYNC_FAILED" });
        await other.durable(other.committed());
        await other.release();
        await under.journal.close();
      },
    );

    test("listeners of a loss hear of it before those who wait", async () => {
      const under = setUp(clock, "strict");
      const order: string[] = [];
      under.journal.onLost(() => order.push("lost"));
      const object = await made(under);
      under.hold();
      const failed = object.durable(object.committed())?.catch(() => order.push("waited"));
      await breathe();
      under.refuse();
      await failed;
      expect(order).toEqual(["lost", "waited"]);
      under.release();
      await object.release();
    });

    test("`close` makes durable what is left, and gives every descriptor back", async () => {
      const under = setUp(clock, "strict");
      const objects = [await made(under, "a"), await made(under, "b")];
      for (const object of objects) object.committed();
      await under.journal.close();
      expect(under.syncs()).toBe(2);
      expect(under.open()).toBe(0);
    });

    test("`close` does not stop at an object that is lost", async () => {
      const under = setUp(clock, "strict");
      const lost = await made(under, "a");
      under.hold();
      const failed = lost.durable(lost.committed());
      await breathe();
      under.refuse();
      under.release();
      await expect(failed).rejects.toThrow();
      (await made(under, "b")).committed();
      await under.journal.close();
    });

    test("`remove` is a commit like any other", async () => {
      const under = setUp(clock, "strict");
      const object = await made(under);
      await object.durable(object.committed());
      object.remove();
      const sequence = object.committed();
      under.hold();
      let done = false;
      const durable = object.durable(sequence)?.then(() => {
        done = true;
      });
      await breathe();
      expect(done).toBe(false);
      under.release();
      await durable;
      await object.release();
    });
  });
}
