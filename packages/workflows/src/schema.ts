/** The tables of an instance's database. Each is made with its first row. */
export const INSTANCE_TABLE = `CREATE TABLE IF NOT EXISTS instance (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  status TEXT NOT NULL,
  created INTEGER NOT NULL,
  finished INTEGER,
  paused INTEGER,
  details TEXT NOT NULL,
  params BLOB
)`;

/**
 * What happened, in order: the truth about every step. `step` is `name-count`, `note` is JSON,
 * `value` is a value of the program in V8's format.
 */
export const EVENTS_TABLE = `CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  type INTEGER NOT NULL,
  step TEXT,
  note TEXT,
  value BLOB
)`;

/** Events from outside that no step has waited for yet, the oldest first. */
export const INBOX_TABLE = `CREATE TABLE IF NOT EXISTS inbox (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  payload BLOB
)`;

/** Streams that steps returned. */
export const CHUNKS_TABLE = `CREATE TABLE IF NOT EXISTS chunks (
  step TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  number INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (step, attempt, number)
) WITHOUT ROWID`;

/** Which instances of a workflow wait for room, in the object of its queue. */
export const QUEUE_TABLE = `CREATE TABLE IF NOT EXISTS queue (
  id TEXT PRIMARY KEY,
  "order" INTEGER NOT NULL
) WITHOUT ROWID`;

/** How events are numbered on disk. Part of the format of the files: never change one. */
export const EVENT_NUMBERS = {
  workflow_queued: 0,
  workflow_started: 1,
  workflow_completed: 2,
  workflow_errored: 3,
  workflow_terminated: 4,
  step_started: 5,
  step_completed: 6,
  step_errored: 7,
  sleep_started: 8,
  sleep_completed: 9,
  attempt_started: 10,
  attempt_completed: 11,
  attempt_errored: 12,
  wait_started: 14,
  wait_completed: 15,
  wait_timed_out: 16,
  rollback_started: 17,
  rollback_step_started: 18,
  rollback_attempt_started: 19,
  rollback_attempt_completed: 20,
  rollback_attempt_errored: 21,
  rollback_step_completed: 22,
  rollback_step_errored: 23,
  rollback_completed: 24,
  rollback_errored: 25,
  workflow_running: 30,
  workflow_paused: 31,
  workflow_waiting_for_pause: 32,
  workflow_waiting: 33,
} as const;

/** The kind of an event, as the published types name it. */
export type EventType = keyof typeof EVENT_NUMBERS;

const NAMES: ReadonlyMap<number, EventType> = new Map(
  Object.entries(EVENT_NUMBERS).map(([name, number]) => [number, name as EventType]),
);

/** @throws Error for a number that no version of the format has. */
export function eventTypeOf(number: number): EventType {
  const type = NAMES.get(number);
  if (type === undefined) throw new Error(`There is no event of type ${number}.`);
  return type;
}
