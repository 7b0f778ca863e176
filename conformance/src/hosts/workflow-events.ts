import { createHash, createHmac } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** One event of an instance, as our `subscribe()` tells of it. */
export interface WorkflowEventRecord {
  readonly type: string;
  readonly stepName?: string;
  readonly [detail: string]: unknown;
}

/** What workerd's local engine numbers, by our names: those of the published types. */
const TYPES: Readonly<Record<number, string>> = {
  0: "workflow_queued",
  1: "workflow_started",
  2: "workflow_completed",
  3: "workflow_errored",
  4: "workflow_terminated",
  5: "step_started",
  6: "step_completed",
  7: "step_errored",
  8: "sleep_started",
  9: "sleep_completed",
  10: "attempt_started",
  11: "attempt_completed",
  12: "attempt_errored",
  14: "wait_started",
  15: "wait_completed",
  16: "wait_timed_out",
  17: "rollback_started",
  18: "rollback_step_started",
  19: "rollback_attempt_started",
  20: "rollback_attempt_completed",
  21: "rollback_attempt_errored",
  22: "rollback_step_completed",
  23: "rollback_step_errored",
  24: "rollback_completed",
  25: "rollback_errored",
};

/** Changes of status that the local engine does not write down. */
const OURS_ALONE = new Set([
  "workflow_running",
  "workflow_waiting",
  "workflow_paused",
  "workflow_waiting_for_pause",
]);

/** Events as lines that are equal when the events are: with no times and no ids. */
export function linesOf(events: readonly WorkflowEventRecord[]): string[] {
  return events
    .filter(({ type }) => !OURS_ALONE.has(type))
    .map(({ type, stepName, ...details }) => line(type, stepName, shown(details)));
}

/** What a step has that says nothing: not worth a line. */
const USUAL_CONFIG = JSON.stringify({
  retries: { backoff: "exponential", delay: 1000, limit: 5 },
  timeout: "10 minutes",
});

const SHOWN = ["attempt", "error", "retryDelayMs", "durationMs", "eventType", "config", "output"];

function shown(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    SHOWN.filter((key) => details[key] !== undefined && details[key] !== null).map((key) => [
      key,
      details[key],
    ]),
  );
}

function line(type: string, step: string | undefined, details: Record<string, unknown>): string {
  // How long a sleep until a time is depends on when it began.
  // The local engine does not write down why.
  if (type === "rollback_step_errored") delete details.error;
  if (step?.startsWith("until")) delete details.durationMs;
  if (JSON.stringify(sorted(details.config)) === USUAL_CONFIG) delete details.config;
  const text = Object.keys(details).length === 0 ? "" : ` ${JSON.stringify(sorted(details))}`;
  return `${type}${step === undefined ? "" : ` ${step}`}${text}`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "durableObjectId")
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}

/** The events that workerd's local engine keeps in an instance's database. */
export async function readWorkerdEvents(
  directory: string,
  workflow: string,
  id: string,
): Promise<string[]> {
  const namespace = `miniflare-workflows-${workflow}`;
  const file = join(directory, namespace, `${objectId(namespace, id)}.sqlite`);
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare("SELECT event, target, metadata FROM states ORDER BY id")
      .all()
      .map(({ event, target, metadata }) => {
        const type = TYPES[Number(event)] ?? `event ${event}`;
        const details = fromMetadata(type, JSON.parse(String(metadata)));
        return line(type, target === null ? undefined : String(target), shown(details));
      });
  } finally {
    database.close();
  }
}

type Metadata = Readonly<Record<string, unknown>>;

function fromMetadata(type: string, metadata: Metadata): Metadata {
  switch (type) {
    case "step_started":
    case "rollback_step_started":
      return { config: withDynamicDelay(metadata.config as Metadata) };
    case "step_completed":
      return "streamOutput" in metadata
        ? { output: streamOf(metadata.streamOutput as Metadata) }
        : { output: metadata.result };
    case "workflow_completed":
      return { output: metadata.result };
    case "wait_started":
      return { eventType: metadata.event };
    case "wait_completed":
    case "wait_timed_out":
    case "workflow_terminated":
    case "rollback_started":
      return {};
    default:
      return metadata;
  }
}

function withDynamicDelay(config: Metadata): Metadata {
  const retries = config.retries as Metadata;
  return { ...config, retries: { delay: "[dynamic]", ...retries } };
}

function streamOf({ meta }: Metadata): object {
  const { chunkCount, totalBytes } = meta as Metadata;
  return { stream: { chunks: chunkCount, bytes: totalBytes } };
}

/** The id of a Durable Object by its name, as workerd derives it. */
function objectId(namespace: string, name: string): string {
  const key = createHash("sha256").update(namespace).digest();
  const code = (data: string | Uint8Array) =>
    createHmac("sha256", key).update(data).digest().subarray(0, 16);
  const half = code(name);
  return Buffer.concat([half, code(half)]).toString("hex");
}
