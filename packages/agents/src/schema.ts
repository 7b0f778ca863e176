/**
 * Tables and keys of an agent's own database. Names, columns and meanings equal those of the
 * published `agents` 0.32, so that an object written by one SDK opens under the other.
 *
 * We never write the key `cf_agents:schema_version`: the other SDK takes its presence to mean that
 * all of its tables exist, and creates what is missing when the key is absent. For the same reason
 * none of the per-feature version keys is written.
 */

/** One row, `STATE_ROW_ID`, with the agent's state as JSON text. */
export const STATE_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_state (
  id TEXT PRIMARY KEY NOT NULL,
  state TEXT
)`;

/** `id` of the state's row. The row's existence means that there is a state. */
export const STATE_ROW_ID = "cf_state_row_id";

/** Durable work: schedules, queued items and the agent's own wake-ups, by owner (`capability`). */
export const JOBS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_jobs (
  id TEXT PRIMARY KEY NOT NULL,
  capability TEXT NOT NULL,
  fn TEXT NOT NULL,
  time INTEGER NOT NULL,
  payload TEXT,
  retry_options TEXT,
  singleflight INTEGER NOT NULL DEFAULT 0,
  hung_timeout_seconds INTEGER,
  exclusive INTEGER NOT NULL DEFAULT 0,
  recovery_loop INTEGER NOT NULL DEFAULT 0,
  running INTEGER NOT NULL DEFAULT 0,
  execution_started_at INTEGER,
  created_at INTEGER NOT NULL DEFAULT (unixepoch())
) WITHOUT ROWID`;

/** Owners of jobs. */
export const JobOwner = { HOST: "host", SCHEDULER: "scheduler", QUEUE: "queue" } as const;

/** Keys of the key-value storage. */
export const StorageKey = {
  /** `true`, or the due time in milliseconds, while a destroy has begun and not ended. */
  DESTROY_PENDING: "cf_agents_destroy_pending",
  /** The instance's name as very old versions stored it; read, never written. */
  LEGACY_NAME: "__ps_name",
} as const;

/** Keys inside a connection's state that belong to the SDK and are hidden from `connection.state`. */
export const ConnectionFlag = {
  READONLY: "_cf_readonly",
  NO_PROTOCOL: "_cf_no_protocol",
  VOICE_IN_CALL: "_cf_voiceInCall",
  SUB_AGENT_URL: "_cf_subAgentOuterUrl",
  SUB_AGENT_TAGS: "_cf_subAgentTags",
} as const;
