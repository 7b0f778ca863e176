import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installGlobals } from "../globals/install.ts";
import { openObjectStores } from "../storage/open.ts";
import { TestClock } from "../test-clock.ts";
import { settled, setUp, TestObject } from "./test-kit.ts";

/** What one call does, step by step. */
type Step =
  | { readonly type: "put"; readonly key: string }
  | { readonly type: "delete"; readonly key: string }
  | { readonly type: "get"; readonly key: string }
  | { readonly type: "list" }
  | { readonly type: "row" }
  | { readonly type: "rows" }
  | { readonly type: "microtasks"; readonly count: number }
  | { readonly type: "timer"; readonly ms: number }
  | { readonly type: "later"; readonly ms: number }
  | { readonly type: "ring"; readonly ms: number }
  | { readonly type: "block"; readonly steps: readonly Step[] }
  | { readonly type: "transaction"; readonly steps: readonly Step[]; readonly fails: boolean }
  | { readonly type: "at once"; readonly steps: readonly Write[]; readonly fails: boolean }
  | { readonly type: "abort" };

/** What needs no waiting for. */
type Write = Extract<Step, { readonly type: "put" | "delete" | "row" | "rows" }>;

/**
 * One thing that happened. `turn` changes whenever a call gives way for real, and `instance` whenever
 * the object is made anew.
 */
interface Mark {
  readonly what: "put" | "delete" | "row" | "saw" | "begin" | "commit" | "undo" | "abort" | "run";
  readonly call: number;
  readonly turn: string;
  readonly instance: number;
  readonly key?: string;
  readonly value?: unknown;
}

interface Storage {
  readonly sql: { exec(query: string, ...values: unknown[]): { toArray(): unknown[] } };
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<boolean>;
  list(): Promise<Map<string, unknown>>;
  setAlarm(time: number): Promise<void>;
  transaction<T>(callback: () => Promise<T>): Promise<T>;
  transactionSync<T>(callback: () => T): T;
}

const UNDO = new Error("undo");
const KEYS = ["a", "b", "c"];

let trace: Mark[] = [];
/** The object of this run; timers of those before it may still go off. */
let current = "";
let instances = 0;
let calls = 0;
let values = 0;

class Test extends TestObject {
  readonly #instance: number;
  readonly #storage: Storage;

  constructor(ctx: unknown, env: unknown) {
    super(ctx, env);
    instances += 1;
    this.#instance = instances;
    this.#storage = (ctx as { storage: Storage }).storage;
    this.#storage.sql.exec("CREATE TABLE IF NOT EXISTS t (n INTEGER)");
  }

  async play(steps: readonly Step[]) {
    await new Player(this.ctx, this.#storage, this.#instance).play(steps);
  }

  async alarm() {
    await this.play([
      { type: "put", key: "a" },
      { type: "timer", ms: 3 },
      { type: "row" },
      { type: "list" },
    ]);
  }
}

class Player {
  readonly #ctx: Test["ctx"];
  readonly #storage: Storage;
  readonly #instance: number;
  readonly #call: number;
  #turn = 0;

  constructor(ctx: Test["ctx"], storage: Storage, instance: number) {
    this.#ctx = ctx;
    this.#storage = storage;
    this.#instance = instance;
    calls += 1;
    this.#call = calls;
    this.#mark("run");
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#step(step);
  }

  #mark(what: Mark["what"], key?: string, value?: unknown): void {
    if (this.#ctx.id.name !== current) return;
    const [call, instance] = [this.#call, this.#instance];
    const turn = `${call}/${this.#turn}`;
    trace.push({ what, call, turn, instance, ...(key !== undefined && { key }), value });
  }

  /** Storage answers within the turn: `await`ing it gives nobody else a chance. */
  async #step(step: Step): Promise<void> {
    const storage = this.#storage;
    switch (step.type) {
      case "put":
      case "delete":
      case "row":
      case "rows":
        return this.#write(step);
      case "get":
        return this.#mark("saw", step.key, await storage.get(step.key));
      case "list":
        for (const key of KEYS) this.#mark("saw", key, (await storage.list()).get(key));
        return;
      case "microtasks":
        for (let index = 0; index < step.count; index++) await undefined;
        return;
      case "timer":
        await new Promise((resolve) => setTimeout(resolve, step.ms));
        this.#turn += 1;
        return;
      case "later":
        setTimeout(() => {
          this.#turn += 1000;
          void this.#step({ type: "put", key: "c" });
        }, step.ms);
        return;
      case "ring":
        void storage.setAlarm(Date.now() + step.ms);
        return;
      case "block":
        return this.#ctx.blockConcurrencyWhile(async () => {
          this.#turn += 1;
          await this.play(step.steps);
        });
      case "transaction":
        return this.#transaction(step.steps, step.fails);
      case "at once":
        return this.#atOnce(step.steps, step.fails);
      case "abort":
        this.#mark("abort");
        this.#ctx.abort("by its own code");
    }
  }

  #write(step: Write): void {
    const { sql } = this.#storage;
    if (step.type === "put") {
      values += 1;
      void this.#storage.put(step.key, values);
      this.#mark("put", step.key, values);
    } else if (step.type === "delete") {
      void this.#storage.delete(step.key);
      this.#mark("delete", step.key);
    } else if (step.type === "row") {
      sql.exec("INSERT INTO t VALUES (1)");
      this.#mark("row");
    } else {
      this.#mark("saw", "rows", sql.exec("SELECT 1 FROM t").toArray().length);
    }
  }

  #atOnce(steps: readonly Write[], fails: boolean): void {
    try {
      this.#storage.transactionSync(() => {
        this.#mark("begin");
        for (const step of steps) this.#write(step);
        this.#mark(fails ? "undo" : "commit");
        if (fails) throw UNDO;
      });
    } catch (error) {
      if (error !== UNDO) throw error;
    }
  }

  async #transaction(steps: readonly Step[], fails: boolean): Promise<void> {
    const running = this.#storage.transaction(async () => {
      this.#turn += 1;
      this.#mark("begin");
      await this.play(steps);
      this.#mark(fails ? "undo" : "commit");
      if (fails) throw UNDO;
    });
    await running.catch((error: unknown) => {
      if (error !== UNDO) throw error;
    });
    // What follows right behind it may share its commit.
    await this.#step({ type: "timer", ms: 1 });
  }
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
  return Array.from({ length: 1 + random(6) }, (): Step => {
    const key = KEYS[random(KEYS.length)] as string;
    const kind = random(26);
    if (kind < 4) return { type: "put", key };
    if (kind < 6) return { type: "delete", key };
    if (kind < 9) return { type: "get", key };
    if (kind < 10) return { type: "list" };
    if (kind < 12) return { type: "row" };
    if (kind < 14) return { type: "rows" };
    if (kind < 16) return { type: "microtasks", count: 1 + random(3) };
    if (kind < 19) return { type: "timer", ms: 1 + random(10) };
    if (kind === 19) return { type: "later", ms: 1 + random(20) };
    if (kind === 20 && depth === 0) return { type: "ring", ms: random(10) };
    if (kind === 21 && depth < 2) return { type: "block", steps: program(random, depth + 1) };
    // One in another is a part of it.
    if (kind === 22 && depth < 2) {
      const inside = program(random, depth + 1).filter(({ type }) => type !== "block");
      const steps: Step[] = [{ type: "row" }, { type: "timer", ms: 1 + random(9) }, ...inside];
      return { type: "transaction", steps, fails: random(2) === 0 };
    }
    if (kind === 24) {
      const steps = Array.from({ length: 1 + random(4) }, () => write(random));
      return { type: "at once", steps, fails: random(2) === 0 };
    }
    if (kind === 23 && random(2) === 0) return { type: "abort" };
    return { type: "get", key };
  });
}

function write(random: (below: number) => number): Write {
  const key = KEYS[random(KEYS.length)] as string;
  const types = ["put", "delete", "row", "rows"] as const;
  const type = types[random(types.length)] as Write["type"];
  return type === "put" || type === "delete" ? { type, key } : { type };
}

/** The object as somebody would keep it who does one thing after the other. */
class Model {
  #state = new Map<string, unknown>();
  /** What a reset falls back on. */
  #base = this.#state;
  #turn = "";
  /** The state before each transaction that is open, the outermost first. */
  readonly #before: Map<string, unknown>[] = [];
  /** The call whose transaction is open: nobody else's turn comes. */
  #inside = 0;
  #instance = 0;

  take(mark: Mark): void {
    // Nothing of an instance that has ended goes on.
    expect(mark.instance).toBeGreaterThanOrEqual(this.#instance);
    this.#instance = mark.instance;
    if (this.#before.length > 0) expect(mark.call).toBe(this.#inside);
    if (mark.turn !== this.#turn && this.#before.length === 0) {
      this.#base = new Map(this.#state);
    }
    this.#turn = mark.turn;
    this.#apply(mark);
  }

  get state(): ReadonlyMap<string, unknown> {
    return this.#state;
  }

  #apply({ what, call, key = "", value }: Mark): void {
    switch (what) {
      case "put":
        this.#state.set(key, value);
        return;
      case "delete":
        this.#state.delete(key);
        return;
      case "row":
        this.#state.set("rows", rowsIn(this.#state) + 1);
        return;
      case "saw":
        expect([key, value]).toEqual([key, this.#seen(key)]);
        return;
      case "begin":
        this.#inside = call;
        this.#before.push(new Map(this.#state));
        return;
      case "undo":
        this.#state = this.#before.pop() ?? this.#state;
        return;
      case "commit":
        this.#before.pop();
        return;
      case "abort":
        this.#state = new Map(this.#base);
        this.#before.length = 0;
    }
  }

  #seen(key: string): unknown {
    return key === "rows" ? rowsIn(this.#state) : this.#state.get(key);
  }
}

function rowsIn(state: ReadonlyMap<string, unknown>): number {
  return (state.get("rows") as number | undefined) ?? 0;
}

/** `FREEHOLD_MODEL_SEEDS` plays more of them. */
const SEEDS = Number(process.env.FREEHOLD_MODEL_SEEDS ?? 120);
let folder = "";

beforeAll(async () => {
  installGlobals();
  folder = await mkdtemp(join(tmpdir(), "freehold-model-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Plays a random run on one object of its own, and asks for its end with a new stub. */
async function run(seed: number, world: ReturnType<typeof openWorld>): Promise<void> {
  const random = generator(seed);
  trace = [];
  const name = `seed ${seed}`;
  current = name;
  const { stub, clock, directory, keyOf } = world;
  const key = keyOf(name);
  const quiet = (work: Promise<unknown>) => work.catch(() => undefined);
  const pending: Promise<unknown>[] = [];
  for (let call = 0; call < 3 + random(8); call++) {
    pending.push(quiet(stub(name).play!(program(random, 0))));
    const pause = random(6);
    if (pause === 0) await settled();
    if (pause === 1) await clock.advance(random(15));
    if (pause === 2) await directory.evict(key);
    if (pause === 3) pending.push(quiet(directory.deliver(key, { retryCount: 0 })));
  }
  // Files are closed in real time; what then starts has timers of its own.
  let isOver = false;
  void Promise.all(pending).then(() => {
    isOver = true;
  });
  while (!isOver) {
    await clock.advance(100);
    await settled();
  }
  if (random(2) === 0) await directory.evict(key);
  await stub(name).play!([{ type: "list" }, { type: "rows" }]);
  const model = new Model();
  for (const mark of trace) model.take(mark);
}

function openWorld() {
  const clock = new TestClock(1_000_000);
  const storage = openObjectStores({ dataDirectory: folder, clock, durability: "relaxed" });
  const world = setUp({ Test }, { clock, stores: storage.stores });
  return { ...world, clock, storage };
}

test(`${SEEDS} random lives of an object keep to a sequential model`, async () => {
  const world = openWorld();
  let renewed = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      await run(seed, world);
      if (new Set(trace.map(({ instance }) => instance)).size > 1) renewed += 1;
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
  // The runs are worth their time only if objects end and are made anew in them.
  expect(renewed).toBeGreaterThan(SEEDS / 4);
  await world.directory.close(0);
  await world.storage.close();
});
