import { expect, test } from "vitest";
import { TestClock } from "../test-clock.ts";
import { DEFAULT_IDLE_TIMES, IdleSweeper, type IdleTimes, type Sleeper } from "./idle.ts";

class Fake implements Sleeper {
  isBusy = false;
  isHeld = false;
  hasSockets = false;
  sleeps = 0;

  mayHibernate(): boolean {
    return this.hasSockets && !this.isHeld;
  }

  mayEvict(): boolean {
    return !this.isHeld;
  }

  sleep(): void {
    this.sleeps += 1;
  }
}

function setUp(times: Partial<IdleTimes>) {
  const clock = new TestClock();
  const sweeper = new IdleSweeper(clock, { ...DEFAULT_IDLE_TIMES, ...times });
  return { clock, sweeper };
}

function idle(sweeper: IdleSweeper, count: number): Fake[] {
  const made = Array.from({ length: count }, () => new Fake());
  for (const each of made) sweeper.idle(each);
  return made;
}

const asleep = (fakes: readonly Fake[]) => fakes.map(({ sleeps }) => sleeps);

test("past the most that may be idle, those that are idle longest sleep at once", () => {
  const { sweeper } = setUp({ mostIdle: 3 });
  expect(asleep(idle(sweeper, 5))).toEqual([1, 1, 0, 0, 0]);
});

test("whoever was in use again is not the longest idle any more", () => {
  const { sweeper } = setUp({ mostIdle: 3 });
  const [one, two, three] = idle(sweeper, 3);
  sweeper.idle(one as Fake);
  idle(sweeper, 1);
  expect(asleep([one, two, three] as Fake[])).toEqual([0, 1, 0]);
});

test("busy and held objects stay, and do not take the room of others for long", () => {
  const { sweeper } = setUp({ mostIdle: 2 });
  const [busy, held] = idle(sweeper, 2) as [Fake, Fake];
  busy.isBusy = true;
  held.isHeld = true;
  const others = idle(sweeper, 4);
  expect(asleep([busy, held])).toEqual([0, 0]);
  // The held one is asked again once the others have had their turn.
  expect(asleep(others)).toEqual([1, 1, 0, 0]);
});

test("objects that are to stay in memory for ever do", () => {
  const { sweeper } = setUp({ mostIdle: 1, evictAfterMs: Number.POSITIVE_INFINITY });
  expect(asleep(idle(sweeper, 5))).toEqual([0, 0, 0, 0, 0]);
});

test("objects with sockets hibernate after ten seconds, others go after seventy", async () => {
  const { clock, sweeper } = setUp({});
  const [plain, open] = [new Fake(), new Fake()];
  open.hasSockets = true;
  sweeper.idle(plain);
  sweeper.idle(open);
  await clock.advance(10_500);
  expect(asleep([plain, open])).toEqual([0, 1]);
  await clock.advance(60_000);
  expect(asleep([plain, open])).toEqual([1, 1]);
});

test("many that are due at once go over several turns, all of them at their time", async () => {
  const { clock, sweeper } = setUp({ mostIdle: 20_000 });
  const many = idle(sweeper, 1000);
  await clock.advance(69_999);
  expect(many.every(({ sleeps }) => sleeps === 0)).toBe(true);
  await clock.advance(1);
  expect(many.every(({ sleeps }) => sleeps === 1)).toBe(true);
});

test("of those that may be idle, a twentieth may be so for longer than ten seconds", async () => {
  const { clock, sweeper } = setUp({ mostIdle: 60 });
  const many = idle(sweeper, 10);
  await clock.advance(9999);
  expect(asleep(many)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  await clock.advance(500);
  // Who is idle longest goes first.
  expect(asleep(many)).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  await clock.advance(60_500);
  expect(asleep(many)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test("of those, what is held stays and what is busy does not count", async () => {
  const { clock, sweeper } = setUp({ mostIdle: 40 });
  const [held, busy, ...others] = idle(sweeper, 6) as [Fake, Fake, ...Fake[]];
  held.isHeld = true;
  busy.isBusy = true;
  await clock.advance(10_500);
  expect([held.sleeps, busy.sleeps, ...asleep(others)]).toEqual([0, 0, 0, 1, 1, 1]);
});
