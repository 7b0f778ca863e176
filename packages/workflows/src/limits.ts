/** What the instances of a workflow may do. The defaults are the documented ones of the service. */
export interface WorkflowLimits {
  /** How many run at a time, where the workflow's own `concurrency` does not say. Default 50,000. */
  readonly running: number;
  /** How many wait for that. Default 2,000,000; then `create` fails. */
  readonly queued: number;
  /** How much one may store in all, in bytes. Default 1 GB; then its step or its event fails. */
  readonly stateBytes: number;
}

export const DEFAULT_LIMITS: WorkflowLimits = {
  running: 50_000,
  queued: 2_000_000,
  stateBytes: 1_000_000_000,
};
