/**
 * Tables of an agent that runs as a tool of another. Names and columns equal those of the published
 * package; they are created by the first run.
 *
 * @module
 */

/** One row a run. Times are milliseconds since the Unix epoch. */
export const CHILD_RUNS_TABLE = `create table if not exists cf_ai_chat_agent_tool_runs (
  run_id text primary key,
  request_id text,
  status text not null,
  input_json text,
  output_json text,
  summary text,
  error_message text,
  started_at integer not null,
  completed_at integer
)`;

/** The columns that were added later, in this order. */
export const CHILD_RUNS_COLUMNS = [
  "progress_json text",
  "last_signal_at integer",
  "event_delivery text",
] as const;

export const CHILD_RUNS_INDEX = `create index if not exists idx_ai_chat_agent_tool_request_id
  on cf_ai_chat_agent_tool_runs(request_id)`;

/** The points that runs have reached. */
export const CHILD_MILESTONES_TABLE = `create table if not exists cf_ai_chat_agent_tool_milestones (
  run_id text not null,
  sequence integer not null,
  name text not null,
  data_json text,
  at integer not null,
  primary key (run_id, sequence)
)`;
