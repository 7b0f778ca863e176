import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  installHooks,
  type Logger,
  type WorkerModule,
  type WorkflowConfig,
  type WranglerConfig,
} from "@freehold/host";
import { createTestHost, TestClock, type TestHost } from "@freehold/host/testing";
import { afterEach } from "vitest";
import {
  type InstanceEvent,
  type Workflow,
  type WorkflowInstance,
  type WorkflowLimits,
  workflowBindings,
} from "../src/index.ts";

installHooks();
const platform = "cloudflare:workers";
const errors = "cloudflare:workflows";

/** The step API as programs use it here. */
export interface Step {
  do(name: string, ...rest: readonly unknown[]): Promise<unknown>;
  sleep(name: string, duration: number | string): Promise<void>;
  sleepUntil(name: string, time: Date | number): Promise<void>;
  waitForEvent(
    name: string,
    options: { readonly type: string; readonly timeout?: number | string },
  ): Promise<{ readonly payload: unknown; readonly type: string; readonly timestamp: Date }>;
}

export interface RunEvent {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly timestamp: Date;
  readonly instanceId: string;
  readonly workflowName: string;
  readonly schedule?: { readonly cron: string; readonly scheduledTime: number };
}

type Entrypoint = new (ctx: unknown, env: unknown) => { readonly env: unknown };

const { WorkflowEntrypoint } = (await import(platform)) as {
  readonly WorkflowEntrypoint: Entrypoint;
};
export const { NonRetryableError } = (await import(errors)) as {
  readonly NonRetryableError: new (message: string, name?: string) => Error;
};

type Program = (event: RunEvent, step: Step) => Promise<unknown>;

/** A module with one workflow class, \`Flow\`. */
export function moduleOf(run: Program): WorkerModule {
  class Flow extends WorkflowEntrypoint {
    run(event: RunEvent, step: Step): Promise<unknown> {
      return run(event, step);
    }
  }
  return { Flow, default: {} };
}

export const FLOW: WorkflowConfig = { binding: "FLOW", name: "flow", className: "Flow" };

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A log that a test looks into. */
export interface LogLine {
  readonly level: "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Started {
  readonly host: TestHost;
  readonly clock: TestClock;
  readonly lines: LogLine[];
  workflow(binding?: string): Workflow;
}

export interface StartOptions {
  readonly dataDirectory?: string;
  readonly clock?: TestClock;
  /** Where a new clock stands. */
  readonly now?: number;
  readonly crons?: boolean;
  readonly limits?: Partial<WorkflowLimits>;
}

/** What a program sees of an error. */
export function textOf(error: Error): string {
  return error.message;
}

/** All events of an instance that has ended. */
export async function eventsOf(
  instance: WorkflowInstance,
  options?: Parameters<WorkflowInstance["subscribe"]>[0],
): Promise<InstanceEvent[]> {
  const events: InstanceEvent[] = [];
  const subscription = await instance.subscribe(options);
  for (let one = await subscription.next(); !one.done; one = await subscription.next()) {
    events.push(one.value);
  }
  return events;
}

/** A host with the workflows of a module, on a clock that the test owns. */
export async function start(
  module: WorkerModule,
  workflows: readonly WorkflowConfig[],
  options: StartOptions = {},
): Promise<Started> {
  const dataDirectory = options.dataDirectory ?? temporaryFolder();
  const clock = options.clock ?? new TestClock(options.now);
  const lines: LogLine[] = [];
  const line =
    (level: LogLine["level"]) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      lines.push({ level, message, fields });
    };
  const log: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: line("warn"),
    error: line("error"),
  };
  const config: WranglerConfig = {
    name: "test",
    main: undefined,
    compatibilityDate: "2026-06-11",
    compatibilityFlags: [],
    durableObjects: [],
    durableClasses: [],
    vars: {},
    assets: undefined,
    workflows,
  };
  const host = await createTestHost({
    worker: async () => module,
    bindings: workflowBindings(workflows, options.limits),
    durability: "memory",
    crons: options.crons ?? false,
    ...{ config, dataDirectory, clock, log },
  });
  cleanUp.push(() => host.close());
  const workflow = (binding = "FLOW") => host.env[binding] as Workflow;
  return { host, clock, lines, workflow };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "freehold-workflows-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
