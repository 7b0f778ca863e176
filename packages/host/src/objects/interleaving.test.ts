import { beforeAll, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { settled, setUp, TestObject } from "./test-kit.ts";

/** What one call does, step by step. */
type Step =
  | { readonly type: "note" }
  | { readonly type: "put" }
  | { readonly type: "microtasks"; readonly count: number }
  | { readonly type: "timer"; readonly ms: number }
  | { readonly type: "block"; readonly steps: readonly Step[] }
  | { readonly type: "abort" };

/**
 * One thing that happened in the object. `turn` changes whenever the call gives way for real;
 * `sections` are the critical sections around it, outermost first.
 */
interface Mark {
  readonly what: "start" | "note" | "put" | "enter" | "leave" | "resume" | "abort" | "end";
  readonly call: number;
  readonly turn: string;
  readonly sections: readonly number[];
  readonly key?: string;
}

let trace: Mark[] = [];
let lastSection = 0;
let lastKey = 0;

class Test extends TestObject {
  async play(call: number, steps: readonly Step[]) {
    const player = new Player(this.ctx, call);
    player.mark("start", []);
    await player.play(steps, []);
    player.mark("end", []);
    return call;
  }
}

class Player {
  readonly #ctx: Test["ctx"];
  readonly #call: number;
  #turn = 0;

  constructor(ctx: Test["ctx"], call: number) {
    this.#ctx = ctx;
    this.#call = call;
  }

  mark(what: Mark["what"], sections: readonly number[], key?: string): void {
    const turn = `${this.#call}/${this.#turn}`;
    trace.push({ what, call: this.#call, turn, sections, ...(key === undefined ? {} : { key }) });
  }

  async play(steps: readonly Step[], sections: readonly number[]): Promise<void> {
    for (const step of steps) {
      if (step.type === "note") this.mark("note", sections);
      else if (step.type === "put") this.#put(sections);
      else if (step.type === "microtasks") await microtasks(step.count);
      else if (step.type === "timer") await this.#timer(step.ms);
      else if (step.type === "block") await this.#block(step.steps, sections);
      else {
        this.mark("abort", sections);
        this.#ctx.abort(`by ${this.#call}`);
      }
    }
  }

  #put(sections: readonly number[]): void {
    lastKey += 1;
    void this.#ctx.storage.put(`k${lastKey}`, this.#call);
    this.mark("put", sections, `k${lastKey}`);
  }

  async #timer(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#turn += 1;
  }

  async #block(steps: readonly Step[], sections: readonly number[]): Promise<void> {
    lastSection += 1;
    const inside = [...sections, lastSection];
    await this.#ctx.blockConcurrencyWhile(async () => {
      this.#turn += 1;
      this.mark("enter", inside);
      await this.play(steps, inside);
      this.mark("leave", inside);
    });
    // What awaits a critical section goes on in the turn in which it ended.
    this.mark("resume", sections);
  }
}

async function microtasks(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await undefined;
}

/** mulberry32: a small generator, so that a seed tells the whole run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function program(random: (below: number) => number, depth: number): Step[] {
  return Array.from({ length: 1 + random(5) }, (): Step => {
    const kind = random(20);
    if (kind < 6) return { type: "note" };
    if (kind < 9) return { type: "put" };
    if (kind < 13) return { type: "microtasks", count: 1 + random(4) };
    if (kind < 16) return { type: "timer", ms: 1 + random(20) };
    if (kind < 19 && depth < 3) return { type: "block", steps: program(random, depth + 1) };
    return kind === 19 && random(3) === 0 ? { type: "abort" } : { type: "note" };
  });
}

/** Plays a random run and answers what callers saw. */
async function run(seed: number) {
  const random = generator(seed);
  trace = [];
  const { stub, clock, disk, directory, keyOf } = setUp({ Test });
  const outcomes = new Map<number, string>();
  const count = 3 + random(8);
  const shared = stub();
  for (let call = 0; call < count; call++) {
    // A stub that saw a reset stays broken, so that some calls need one of their own.
    const target = random(2) === 0 ? shared : stub();
    target.play!(call, program(random, 0)).then(
      (value) => outcomes.set(call, `returned ${value}`),
      (error: Error) => outcomes.set(call, error.message),
    );
    const pause = random(5);
    if (pause === 0) await settled();
    // An object that runs is not put to sleep; one that rests is made anew.
    if (pause === 4) await directory.evict(keyOf("a"));
    if (pause === 1) await clock.advance(random(15));
  }
  await clock.advance(2000);
  return { outcomes, count, values: disk().values };
}

beforeAll(installGlobals);

function eachOf(what: Mark["what"]): Mark[] {
  return trace.filter((mark) => mark.what === what);
}

/** Events start in the order of their calls. */
function checkStarts(): void {
  const started = eachOf("start").map(({ call }) => call);
  expect(started).toEqual([...started].sort((a, b) => a - b));
}

/** What one call does without giving way is never interrupted. */
function checkTurns(): void {
  const turns = trace.map(({ turn }) => turn);
  const runs = turns.filter((turn, index) => turn !== turns[index - 1]);
  expect(new Set(runs).size).toBe(runs.length);
}

/** Between the start and the end of a critical section nothing happens that is not inside it. */
function checkSections(): void {
  let open: readonly number[] = [];
  trace.forEach((mark, index) => {
    if (trace[index - 1]?.what === "leave") expect(mark.what).toBe("resume");
    if (mark.what === "enter") {
      expect(mark.sections.slice(0, -1)).toEqual(open);
      open = mark.sections;
    } else expect(mark.sections).toEqual(open);
    if (mark.what === "leave") open = open.slice(0, -1);
    if (mark.what === "abort") open = [];
  });
}

/** A call returns when it came to its end, and fails with the reset that it met. */
function checkOutcomes(outcomes: ReadonlyMap<number, string>, count: number): void {
  const ended = new Set(eachOf("end").map(({ call }) => call));
  const resets = new Set(eachOf("abort").map(({ call }) => `by ${call}`));
  for (let call = 0; call < count; call++) {
    const outcome = outcomes.get(call) ?? "none";
    if (ended.has(call)) expect(outcome).toBe(`returned ${call}`);
    else expect(resets).toContain(outcome);
  }
}

/** All is stored but what was written in the very turn that reset the object. */
function checkWrites(values: ReadonlyMap<string, unknown>): void {
  const fatal = new Set(eachOf("abort").map(({ turn }) => turn));
  for (const { key, turn } of eachOf("put"))
    expect([key, values.has(key!)]).toEqual([key, !fatal.has(turn)]);
}

/** `FREEHOLD_MODEL_SEEDS` plays more of them. */
const SEEDS = Number(process.env.FREEHOLD_MODEL_SEEDS ?? 300);

test(`${SEEDS} random interleavings keep the rules of the gates`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      const { outcomes, count, values } = await run(seed);
      checkStarts();
      checkTurns();
      checkSections();
      checkOutcomes(outcomes, count);
      checkWrites(values);
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
});
