/**
 * Tables and keys of an agent's own database. Names, columns and meanings equal those of the
 * published `agents` 0.32, so that an object written by one SDK opens under the other.
 *
 * We never write the key `cf_agents:schema_version`: the other SDK takes its presence to mean that
 * all of its tables exist, and creates what is missing when the key is absent. For the same reason
 * none of the per-feature version keys is written.
 */

/** Name of the table of the state. */
export const STATE_TABLE_NAME = "cf_agents_state";

/** One row, `STATE_ROW_ID`, with the agent's state as JSON text. */
export const STATE_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_state (
  id TEXT PRIMARY KEY NOT NULL,
  state TEXT
)`;

/** `id` of the state's row. The row's existence means that there is a state. */
export const STATE_ROW_ID = "cf_state_row_id";

/** Rows of old versions in the state's table: the schema version, and whether the state was set. */
export const LEGACY_SCHEMA_VERSION_ROW_ID = "cf_schema_version";
export const LEGACY_STATE_CHANGED_ROW_ID = "cf_state_was_changed";

/** Name of the table of durable work. */
export const JOBS_TABLE_NAME = "cf_agents_jobs";

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

/** Name of the table of task runs. */
export const TASK_RUNS_TABLE_NAME = "cf_agents_task_runs";

/** Runs of tasks: one row a run. Times are milliseconds. */
export const TASK_RUNS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_task_runs (
  run_id TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  input TEXT,
  state TEXT NOT NULL CHECK (state IN (
    'pending', 'running', 'waiting', 'completed', 'failed', 'cancelled'
  )),
  result TEXT,
  error_name TEXT,
  error_message TEXT,
  status_message TEXT,
  metadata TEXT,
  idempotency_key TEXT UNIQUE,
  retain INTEGER NOT NULL DEFAULT 1,
  attempt INTEGER NOT NULL DEFAULT 0,
  generation TEXT,
  next_at INTEGER,
  wait_reason TEXT,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  cancel_reason TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  updated_at INTEGER NOT NULL,
  settled_at INTEGER
) WITHOUT ROWID`;

export const TASK_RUNS_INDEX = `CREATE INDEX IF NOT EXISTS cf_agents_task_runs_definition
  ON cf_agents_task_runs (definition, created_at)`;

/** The journal of runs: one row a step. */
export const TASK_STEPS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_task_steps (
  run_id TEXT NOT NULL,
  step_name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('do', 'sleep')),
  state TEXT NOT NULL CHECK (state IN ('running', 'waiting', 'completed', 'failed')),
  result TEXT,
  error_name TEXT,
  error_message TEXT,
  attempt INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  updated_at INTEGER NOT NULL,
  completed_at INTEGER,
  PRIMARY KEY (run_id, step_name)
) WITHOUT ROWID`;

/** Names of the tables of fibers. */
export const FIBER_RUNS_TABLE_NAME = "cf_agents_runs";
export const FIBERS_TABLE_NAME = "cf_agents_fibers";

/** Fibers that run: a row is there while the fiber is. Times are milliseconds. */
export const FIBER_RUNS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_runs (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  snapshot TEXT,
  created_at INTEGER NOT NULL,
  completed_at INTEGER,
  outcome TEXT,
  error_message TEXT
)`;

/** Columns that versions before 0.3 did not have in {@link FIBER_RUNS_TABLE}. */
export const FIBER_RUNS_ADDED_COLUMNS = [
  "completed_at INTEGER",
  "outcome TEXT",
  "error_message TEXT",
] as const;

/** Fibers that were started to be looked at later. */
export const FIBERS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_fibers (
  fiber_id TEXT PRIMARY KEY,
  idempotency_key TEXT UNIQUE,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  snapshot TEXT,
  metadata_json TEXT,
  error_message TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  completed_at INTEGER
)`;

export const FIBERS_INDEXES = [
  `CREATE INDEX IF NOT EXISTS idx_fibers_status_created
  ON cf_agents_fibers(status, created_at, fiber_id)`,
  `CREATE INDEX IF NOT EXISTS idx_fibers_name_status_created
  ON cf_agents_fibers(name, status, created_at, fiber_id)`,
  `CREATE INDEX IF NOT EXISTS idx_fibers_status_completed
  ON cf_agents_fibers(status, completed_at, created_at)`,
] as const;

/** Name of the table of workflows. */
export const WORKFLOWS_TABLE_NAME = "cf_agents_workflows";

/** The workflows that an agent started: one row each. Times are seconds. */
export const WORKFLOWS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_workflows (
  id TEXT PRIMARY KEY NOT NULL,
  workflow_id TEXT NOT NULL UNIQUE,
  workflow_name TEXT NOT NULL,
  status TEXT NOT NULL CHECK(status IN (
    'queued', 'running', 'paused', 'errored',
    'terminated', 'complete', 'waiting',
    'waitingForPause', 'unknown'
  )),
  metadata TEXT,
  error_name TEXT,
  error_message TEXT,
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
  completed_at INTEGER
)`;

export const WORKFLOWS_INDEXES = [
  "CREATE INDEX IF NOT EXISTS idx_workflows_status ON cf_agents_workflows(status)",
  "CREATE INDEX IF NOT EXISTS idx_workflows_name ON cf_agents_workflows(workflow_name)",
] as const;

/**
 * What workflows have told their agent, by the step that told it, until they have come to their end;
 * and with the key "" the last event of the instance that was looked at. Ours alone.
 */
export const WORKFLOW_MARKS_TABLE = `CREATE TABLE IF NOT EXISTS freehold_agents_workflow_marks (
  workflow_id TEXT NOT NULL,
  key TEXT NOT NULL,
  event_id INTEGER,
  PRIMARY KEY (workflow_id, key)
) WITHOUT ROWID`;

/** The agents that live inside another: one row each, in the database of the one they live in. */
export const SUB_AGENTS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_sub_agents (
  class TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  identity_version TEXT,
  identity_name TEXT,
  PRIMARY KEY (class, name)
)`;

/** Columns that early versions did not have in {@link SUB_AGENTS_TABLE}. */
export const SUB_AGENTS_ADDED_COLUMNS = ["identity_version TEXT", "identity_name TEXT"] as const;

/** Name of the table of fibers in nested agents. */
export const FACET_RUNS_TABLE_NAME = "cf_agents_facet_runs";

/** Fibers that run in nested agents, in the outermost one. Times are milliseconds. */
export const FACET_RUNS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_facet_runs (
  owner_path TEXT NOT NULL,
  owner_path_key TEXT NOT NULL,
  run_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner_path_key, run_id)
)`;

export const FACET_RUNS_INDEX = `CREATE INDEX IF NOT EXISTS idx_facet_runs_owner_path_key
  ON cf_agents_facet_runs(owner_path_key)`;

/** Name of the table of agents' runs as tools. */
export const AGENT_TOOL_RUNS_TABLE_NAME = "cf_agent_tool_runs";

/** Runs of agents as tools, in the agent that has them run. Times are milliseconds. */
export const AGENT_TOOL_RUNS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agent_tool_runs (
  run_id TEXT PRIMARY KEY,
  parent_tool_call_id TEXT,
  agent_type TEXT NOT NULL,
  input_preview TEXT,
  input_redacted INTEGER NOT NULL DEFAULT 1,
  status TEXT NOT NULL,
  summary TEXT,
  output_json TEXT,
  error_message TEXT,
  interrupted_reason TEXT,
  child_still_running INTEGER,
  display_metadata TEXT,
  display_order INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER NOT NULL,
  completed_at INTEGER
)`;

/** The columns that were added later, in this order. */
export const AGENT_TOOL_RUNS_COLUMNS = [
  "detached INTEGER NOT NULL DEFAULT 0",
  "detached_on_finish TEXT",
  "detached_notify_source TEXT",
  "detached_max_budget_at INTEGER",
  "finish_claimed_at INTEGER",
  "finish_delivered_at INTEGER",
  "give_up_claimed_at INTEGER",
  "give_up_delivered_at INTEGER",
  "detached_no_progress_budget_ms INTEGER",
  "last_progress_at INTEGER",
  "detached_on_milestones TEXT",
  "event_delivery TEXT",
] as const;

export const AGENT_TOOL_RUNS_INDEX = `CREATE INDEX IF NOT EXISTS
  idx_agent_tool_runs_parent_tool_call_id ON cf_agent_tool_runs(parent_tool_call_id, display_order)`;

/** Where an agent finds in its props what the agent it lives in tells it. Ours alone. */
export const FACET_PROP = "freehold_agents_facet";

/** The directory of agents that another agent keeps: one row an entry, by route. */
export const ROUTED_AGENTS_TABLE = `CREATE TABLE IF NOT EXISTS cf_agents_routed_agents (
  route TEXT NOT NULL,
  id TEXT NOT NULL,
  agent_name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'deleting')),
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  seq INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (route, id)
) WITHOUT ROWID`;

/** Tables of old versions whose rows are jobs now. */
export const LEGACY_SCHEDULES_TABLE = "cf_agents_schedules";
export const LEGACY_QUEUE_TABLE = "cf_agents_queues";

/** Owners of jobs. */
export const JobOwner = {
  HOST: "host",
  SCHEDULER: "scheduler",
  QUEUE: "queue",
  TASKS: "tasks",
  SUB_AGENTS: "dynamic-agents",
} as const;

/** Keys of the key-value storage. */
export const StorageKey = {
  /** `true`, or the due time in milliseconds, while a destroy has begun and not ended. */
  DESTROY_PENDING: "cf_agents_destroy_pending",
  /** Alarms in a row that ended at the memory limit; absent when the last one ended well. */
  MEMORY_LIMIT_STRIKES: "cf_agents:oom_alarm_strikes",
  /** The schema version that published versions stored in the state table before. */
  SCHEMA_VERSION: "cf_agents:schema_version",
  /** Props of the last start that brought some, where they are to be kept. Ours alone. */
  PROPS: "freehold_agents:props",
  /** Of an agent inside another: that it is one, its name, and the way to it. Written, not read. */
  IS_FACET: "cf_agents_is_facet",
  FACET_NAME: "cf_agents_facet_name",
  PARENT_PATH: "cf_agents_parent_path",
  /** The instance's name as very old versions stored it; read, never written. */
  LEGACY_NAME: "__ps_name",
} as const;

/** A connection that may not change the state. */
export const CF_READONLY_KEY = "_cf_readonly";
/** A connection that gets no protocol frames. */
export const CF_NO_PROTOCOL_KEY = "_cf_no_protocol";

/** Keys inside a connection's state that belong to the SDK and are hidden from `connection.state`. */
export const ConnectionFlag = {
  READONLY: CF_READONLY_KEY,
  NO_PROTOCOL: CF_NO_PROTOCOL_KEY,
  VOICE_IN_CALL: "_cf_voiceInCall",
  SUB_AGENT_URL: "_cf_subAgentOuterUrl",
  SUB_AGENT_TAGS: "_cf_subAgentTags",
  /** The client takes changes of the state as patches. Ours alone. */
  STATE_PATCHES: "_freehold_statePatches",
} as const;
