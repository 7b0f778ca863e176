import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiledProgram } from "../../../scripts/testing/installed.ts";
import { Collection } from "../src/local/collection.ts";
import { PostgresEngine } from "../src/postgres/engine.ts";
import { PostgresPool } from "../src/postgres/pool.ts";
import { startOwnSchema } from "../src/testing/own-schema.ts";
import type { TestPostgres } from "../src/testing/postgres.ts";
import { ReferenceIndex } from "../src/testing/reference.ts";
import { vector } from "../src/testing/vectors.ts";
import type { Match, MetadataIndex, Search, StoredVector } from "../src/types.ts";
import { CONFIG, GRAPH_FROM, QUESTIONS, STEPS, type Step } from "./crash/steps.ts";

/**
 * `kill -9` at each place where an index writes, one after the other: each statement, each change of a
 * file, each change of the graph. A step that was acknowledged has been done, one that had begun has been
 * done or not, and nothing is done by half.
 */

const AT_ONCE = 2;
/** Every third place, from a different one each time; `CRASH_EVERY=1` looks at all of them. */
const EVERY = Number(process.env.CRASH_EVERY ?? 3);
const FIRST = Number(process.env.CRASH_FIRST ?? Math.floor(Math.random() * EVERY)) % EVERY;
const PLACES = `CRASH_EVERY=${EVERY} CRASH_FIRST=${FIRST}`;
const NEXT = { id: "mutation-next", at: 99 };

/** What a child said before its end. */
interface Life {
  readonly began: number;
  readonly done: number;
  readonly points: number | undefined;
}

const LOCAL = await compiledProgram(
  fileURLToPath(new URL("./crash/local-steps.ts", import.meta.url)),
);
const POSTGRES = await compiledProgram(
  fileURLToPath(new URL("./crash/postgres-steps.ts", import.meta.url)),
);

async function live(file: string, given: readonly string[], at: number): Promise<Life> {
  const node = ["--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...node, file, ...given], {
    env: { ...process.env, CRASH_AT: String(at) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<unknown>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? code));
  });
  let life: Life = { began: -1, done: -1, points: undefined };
  for await (const line of createInterface({ input: child.stdout })) {
    life = { ...life, ...(JSON.parse(line) as Partial<Life>) };
  }
  expect(await exited).toBe(at === 0 || life.points !== undefined ? 0 : "SIGKILL");
  return life;
}

/** What an index should be after some steps. */
function stateAfter(steps: readonly Step[]) {
  let indexes: readonly MetadataIndex[] = [];
  let mutation = "";
  for (const step of steps) {
    if (step.kind === "index") indexes = [...indexes, step.index];
    if (step.kind === "unindex") {
      indexes = indexes.filter(({ property }) => property !== step.property);
    }
    if ("mutation" in step) mutation = step.mutation.id;
  }
  const index = new ReferenceIndex(CONFIG, indexes);
  const all = new Map<string, StoredVector>();
  for (const step of steps) {
    if (step.kind === "delete") {
      index.delete(step.ids);
      for (const id of step.ids) all.delete(id);
    } else if (step.kind === "insert" || step.kind === "upsert") {
      index.write(step.vectors, step.kind === "upsert");
      for (const one of step.vectors) {
        if (step.kind === "upsert" || !all.has(one.id)) all.set(one.id, one);
      }
    }
  }
  return { index, indexes, mutation, all };
}
type State = ReturnType<typeof stateAfter>;

/** What both engines can be asked; an index in a file answers at once. */
interface Asked {
  info(): unknown;
  search(search: Search): readonly Match[] | Promise<readonly Match[]>;
  fetch(ids: readonly string[]): readonly StoredVector[] | Promise<readonly StoredVector[]>;
  list(cursor: string, limit: number): readonly string[] | Promise<readonly string[]>;
}

/** All that can be seen of an index. */
async function seen(index: Asked) {
  const { mutation, vectorCount, metadataIndexes } = (await index.info()) as {
    mutation: string;
    vectorCount: number;
    metadataIndexes: readonly MetadataIndex[];
  };
  const ids = await index.list("", 100);
  const answers = [];
  for (const question of QUESTIONS) answers.push(plain(await index.search(question)));
  const properties = metadataIndexes.map(({ property }) => property).sort();
  return { mutation, vectorCount, properties, ids, vectors: await index.fetch(ids), answers };
}

function expected({ index, indexes, mutation, all }: State) {
  const ids = [...all.keys()].sort();
  return {
    mutation,
    vectorCount: all.size,
    properties: indexes.map(({ property }) => property).sort(),
    ids,
    vectors: ids.map((id) => all.get(id)),
    answers: QUESTIONS.map((question) => plain(index.search(question))),
  };
}

const plain = (matches: readonly { id: string; score: number }[]) =>
  matches.map(({ id, score }) => ({ id, score }));

/** The states that may be found after a life: its last step may or may not have been done. */
function mayBe({ began, done }: Life): State[] {
  return [...new Set([done, began])].map((last) => stateAfter(STEPS.slice(0, last + 1)));
}

/** Goes through all places, some at once. */
async function eachPoint(points: number, look: (at: number) => Promise<void>): Promise<void> {
  const left = Array.from({ length: points }, (_, index) => index + 1).filter(
    (at) => at % EVERY === FIRST,
  );
  const worker = async () => {
    for (let at = left.shift(); at !== undefined; at = left.shift()) await look(at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

describe("an index in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "freehold-vectors-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test(`is whole wherever it is killed, and goes on (${PLACES})`, async () => {
    const { points = 0 } = await live(LOCAL, [join(folder, "whole.sqlite")], 0);
    expect(points).toBeGreaterThan(150);
    await eachPoint(points, async (at) => {
      const path = join(folder, `${at}.sqlite`);
      const life = await live(LOCAL, [path], at);
      const database = new DatabaseSync(path);
      expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
      database.close();
      const opened = () => new Collection(path, CONFIG, GRAPH_FROM);
      const found = opened();
      const first = await seen(found);
      const state = mayBe(life).find((one) => one.mutation === first.mutation && fits(one, first));
      expect(first, `killed at ${at}`).toEqual(expected(state ?? (mayBe(life)[0] as State)));
      // The graph is built to its end, and nothing that is in it or gone from it is told otherwise.
      while (found.isBehind) found.step();
      expect(await seen(found), `killed at ${at}, built`).toEqual(first);
      found.write([vector("next", [1, 2, 3])], NEXT, true);
      const [last] = first.ids;
      if (last !== undefined) found.delete([last], NEXT);
      const after = await seen(found);
      expect(after.answers[0]?.[0]).toEqual({ id: "next", score: 0 });
      expect(after.ids).not.toContain(last);
      found.close();
      const again = opened();
      expect(await seen(again), `killed at ${at}, opened again`).toEqual(after);
      again.close();
      rmSync(path, { force: true });
    });
  }, 900_000);
});

/** Steps that write no vectors have no mutation: their states differ in what is indexed. */
function fits({ indexes }: State, { properties }: Awaited<ReturnType<typeof seen>>): boolean {
  return indexes.length === properties.length;
}

describe("an index in PostgreSQL", () => {
  let server: TestPostgres;
  let pool: PostgresPool;
  beforeAll(async () => {
    server = await startOwnSchema();
    pool = new PostgresPool(server.connectionString);
  });
  afterAll(async () => {
    await pool?.close();
    await server?.close();
  });

  test(`is whole wherever its writer is killed, and goes on (${PLACES})`, async () => {
    const ways = (at: number | string) => [server.connectionString, `crash-${at}`];
    const { points = 0 } = await live(POSTGRES, ways("whole"), 0);
    expect(points).toBeGreaterThan(50);
    await eachPoint(points, async (at) => {
      const life = await live(POSTGRES, ways(at), at);
      const name = `crash-${at}`;
      const engine = await PostgresEngine.open(pool, name, CONFIG);
      const first = await seen(engine);
      const state = mayBe(life).find((one) => one.mutation === first.mutation && fits(one, first));
      expect(first, `killed at ${at}`).toEqual(expected(state ?? (mayBe(life)[0] as State)));
      await engine.upsert([vector("next", [1, 2, 3])], NEXT);
      const after = await seen(engine);
      expect([after.mutation, after.answers[0]?.[0]?.id]).toEqual([NEXT.id, "next"]);
      await pool.dropIndex(name);
    });
  }, 900_000);
});
