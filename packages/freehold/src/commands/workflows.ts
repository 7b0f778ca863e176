import { resolve } from "node:path";
import { FreeholdError, readWranglerConfig } from "@freehold/host";
import { readStopped } from "@freehold/host/data";
import {
  type ListedInstance,
  stoppedWorkflows,
  type Timeline,
  type TimelineStep,
} from "@freehold/workflows";
import { readFreeholdConfig } from "../config.ts";
import { findProject, type Project } from "../project.ts";
import { askHost, plainJson } from "../runtime/control-socket.ts";
import { workflowControl } from "../runtime/workflow-control.ts";
import { colors } from "./colors.ts";
import { countOf } from "./flags.ts";
import type { ProjectFlags } from "./start.ts";

interface WorkflowFlags extends ProjectFlags {
  readonly data?: string;
  readonly json?: boolean;
  readonly limit?: string;
  readonly status?: string;
  readonly rollback?: boolean;
  readonly from?: string;
  readonly count?: string;
}

const ABOUT_ONE = new Set(["show", "events", "pause", "resume", "terminate", "restart"]);

/** What a host need not run for. */
const READS = new Set(["workflows", "list", "show", "events"]);

/**
 * `freehold workflows`: looks at the workflows of the host that runs, and steers them. Where none runs,
 * it looks at what the last one has left.
 */
export async function workflowsCommand(
  verb: string | undefined,
  workflow: string | undefined,
  id: string | undefined,
  flags: WorkflowFlags,
): Promise<void> {
  const project = findProject(process.cwd(), flags.config);
  const own = await readFreeholdConfig(project.root);
  const data = resolve(project.root, flags.data ?? own.dataDirectory ?? ".freehold");
  const chosen = check(verb, workflow, id);
  const body = bodyOf(workflow, id, flags);
  const answer = await askHost(data, `workflows/${chosen}`, body).catch((error: unknown) => {
    if (!(error instanceof FreeholdError) || error.code !== "HOST_NOT_RUNNING") throw error;
    if (!READS.has(chosen)) throw needsHost(chosen, error);
    return askStopped(data, project, chosen, body, flags.env);
  });
  console.log(flags.json ? JSON.stringify(answer, null, 2) : report(chosen, answer));
}

/** What the host of a data directory has left, for as long as none runs. */
async function askStopped(
  data: string,
  { wranglerFile }: Project,
  verb: string,
  body: Record<string, unknown>,
  environment: string | undefined,
): Promise<unknown> {
  const { config } = await readWranglerConfig(
    wranglerFile,
    environment === undefined ? {} : { environment },
  );
  return await readStopped(data, config.name, async ({ of }) => {
    console.error(colors.dim("No host runs: this is how the last one left it."));
    const admin = stoppedWorkflows(config.workflows ?? [], ({ name }) =>
      of({ kind: "workflow", name }),
    );
    const answer = await workflowControl(async () => admin)(`workflows/${verb}`, body);
    return JSON.parse(JSON.stringify(answer, plainJson));
  });
}

function needsHost(verb: string, { message, cause }: FreeholdError): FreeholdError {
  return new FreeholdError(
    "HOST_NOT_RUNNING",
    `\`freehold workflows ${verb}\` needs the host to run. ${message}`,
    {
      help: "Start the project with `freehold dev` or `freehold start`, then say it again. Without a host, list, show and events tell how it was left.",
      ...(cause !== undefined && { cause }),
    },
  );
}

function check(verb = "list", workflow: string | undefined, id: string | undefined): string {
  if (verb === "list") return workflow === undefined ? "workflows" : "list";
  if (!ABOUT_ONE.has(verb)) {
    throw new FreeholdError("VERB_UNKNOWN", `There is no \`freehold workflows ${verb}\`.`, {
      help: `Use list, ${[...ABOUT_ONE].join(", ")}.`,
    });
  }
  if (workflow !== undefined && id !== undefined) return verb;
  throw new FreeholdError(
    "INSTANCE_MISSING",
    `\`freehold workflows ${verb}\` is about an instance.`,
    {
      help: `Write \`freehold workflows ${verb} <workflow> <id>\`.`,
    },
  );
}

function bodyOf(
  workflow: string | undefined,
  id: string | undefined,
  { limit, status, rollback, from, count }: WorkflowFlags,
): Record<string, unknown> {
  return {
    // An id may be all digits, which the command line takes for a number.
    ...{ workflow: workflow && String(workflow), id: id === undefined ? undefined : String(id) },
    ...{ limit: countOf("limit", limit), status, rollback, from, count: countOf("count", count) },
  };
}

function report(verb: string, answer: unknown): string {
  switch (verb) {
    case "workflows":
      return lines(answer as { name: string; binding: string; className: string }[], (one) => [
        one.name.padEnd(24),
        `env.${one.binding}`.padEnd(24),
        one.className,
      ]);
    case "list":
      return lines(answer as ListedInstance[], ({ id, status, created }) => [
        id.padEnd(40),
        status.padEnd(16),
        time(created),
      ]);
    case "show":
      return timeline(answer as Timeline);
    case "events":
      return lines(answer as Record<string, unknown>[], ({ eventId, timestamp, type, ...rest }) => [
        String(eventId).padStart(6),
        time(Number(timestamp)),
        String(type).padEnd(24),
        colors.dim(JSON.stringify({ ...rest, instanceId: undefined })),
      ]);
    default:
      return `${(answer as { status: string }).status}`;
  }
}

function lines<T>(rows: readonly T[], row: (value: T) => readonly string[]): string {
  return rows.length === 0 ? "None." : rows.map((one) => row(one).join(" ").trimEnd()).join("\n");
}

function timeline({ id, status, created, params, output, error, steps }: Timeline): string {
  return [
    `${id}  ${status}  ${time(created)}`,
    `params ${JSON.stringify(params) ?? "none"}`,
    ...steps.map(stepLine),
    ...(error ? [`${colors.red("error")} ${error.name}: ${error.message}`] : []),
    ...(status === "complete" ? [`output ${JSON.stringify(output) ?? "none"}`] : []),
  ].join("\n");
}

function stepLine(step: TimelineStep): string {
  const { kind, label, state, durationMs, attempts, output, error, eventType, until } = step;
  const details = [
    durationMs === undefined ? undefined : `${durationMs} ms`,
    attempts.length > 1 ? `${attempts.length} attempts` : undefined,
    eventType === undefined ? undefined : `for ${eventType}`,
    state === "running" && until !== undefined ? `until ${time(until)}` : undefined,
    output === undefined ? undefined : JSON.stringify(output),
    error && `${error.name}: ${error.message}`,
  ].filter((detail) => detail !== undefined);
  return `  ${kind.padEnd(13)}${label.padEnd(32)}${state.padEnd(10)} ${colors.dim(details.join(", "))}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
