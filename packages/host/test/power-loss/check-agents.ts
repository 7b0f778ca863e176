import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { namespaceDirectory, objectsDirectory } from "../../src/storage/data-directory.ts";
import type { DurableObjectStorage } from "../../src/storage/durable-object-storage.ts";
import { openObjectStores, type Storage } from "../../src/storage/open.ts";
import { pageUrl, startDiaries } from "./agent-host.ts";
import { checkFile } from "./check-stores.ts";
import { type Diary, SCHEDULED_BASE } from "./diary.ts";
import { host } from "./program.ts";
import type { Operation } from "./recording.ts";

interface Acknowledged {
  readonly name: string;
  readonly id: string;
  readonly page: number;
}

/** The last acknowledged page of each diary. */
function acknowledgedIn(operations: readonly Operation[]): readonly Acknowledged[] {
  const found = new Map<string, Acknowledged>();
  for (const operation of operations) {
    if (operation.kind !== "said") continue;
    for (const line of operation.text.split("\n")) {
      const [, name, id, page] = /^page (\S+) (\S+) (\d+)$/.exec(line) ?? [];
      if (name !== undefined && id !== undefined) found.set(name, { name, id, page: Number(page) });
    }
  }
  return [...found.values()];
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

function assertAll(what: string, found: readonly unknown[], wanted: readonly unknown[]): void {
  const missing = wanted.filter((each) => !found.includes(each));
  assert.deepEqual(missing, [], `missing ${what}: ${missing}`);
}

/** Reads the rows, as no agent's code can mend them. */
async function checkRows(storage: Storage, namespace: string, last: Acknowledged): Promise<void> {
  const key = { namespace, id: last.id };
  const store = await storage.stores.open(key, undefined, host);
  const { sql } = store.api as DurableObjectStorage;
  const column = (query: string) => sql.exec(query).raw().toArray().flat();
  const state = JSON.parse(String(column("SELECT state FROM cf_agents_state")[0]));
  assert(state.count >= last.page, `the state is ${state.count} after ${last.page}`);
  const jobs = sql.exec("SELECT fn, time, payload FROM cf_agents_jobs").toArray();
  const pagesOf = (fn: string) =>
    jobs
      .filter((job) => job.fn === fn)
      .map((job) => Number(JSON.parse(String(job.payload)).payload));
  assertAll("schedules", pagesOf("ring"), upTo(last.page));
  const noted = [...pagesOf("note"), ...column("SELECT page FROM noted")];
  assertAll("queue items", noted, upTo(last.page));
  const messages = column("SELECT id FROM cf_agents_session_messages");
  const pages = upTo(last.page).map((page) => `page-${page}`);
  assertAll("messages", messages, pages);
  const due = (SCHEDULED_BASE - last.page) * 1000;
  assert(store.alarm !== null && store.alarm <= due, `the alarm is ${store.alarm}, not ${due}`);
  const known = storage.alarms.get(key) ?? Number.POSITIVE_INFINITY;
  assert(known <= store.alarm, `the index is ${known}, the alarm ${store.alarm}`);
  assert.equal(storage.stores.nameOf(key), last.name);
  await store.close();
}

/** Starts the agents and asks them. */
async function checkAnswers(directory: string, diaries: readonly Acknowledged[]): Promise<void> {
  const agents = await startDiaries(directory, "memory");
  try {
    for (const { name, page } of diaries) {
      const response = await agents.fetch(new Request(pageUrl(name, 0)));
      const diary = (await response.json()) as Diary;
      assert(diary.count >= page, `${diary.count} pages of ${page}`);
      assertAll("schedules", diary.schedules, upTo(page));
      const pages = upTo(page).map((each) => `page-${each}`);
      assertAll("messages", diary.messages, pages);
    }
  } finally {
    await agents.close();
  }
}

function namespaceIn(directory: string): string | undefined {
  try {
    return readdirSync(objectsDirectory(directory)).at(0);
  } catch {
    return undefined;
  }
}

/**
 * Opens what a cut left, and looks for every page that was acknowledged before it.
 *
 * @param awake whether the agents are started and asked as well
 */
export async function checkAgents(
  directory: string,
  done: readonly Operation[],
  awake: boolean,
): Promise<void> {
  const diaries = acknowledgedIn(done);
  const namespace = namespaceIn(directory);
  assert(diaries.length === 0 || namespace !== undefined, "no objects at all");
  if (namespace === undefined) return;
  const storage = openObjectStores({ dataDirectory: directory, durability: "memory" });
  for (const each of diaries) await checkRows(storage, namespace, each);
  await storage.close();
  const folder = namespaceDirectory(directory, namespace);
  for (const { id } of diaries) checkFile(join(folder, id.slice(0, 2), `${id}.sqlite`));
  if (awake) await checkAnswers(directory, diaries);
}
