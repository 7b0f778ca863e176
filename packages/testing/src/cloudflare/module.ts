import { provideModule } from "freehold/runtime";
import { unsupported } from "../errors.ts";
import { runningWorker } from "../running.ts";
import * as objects from "./durable-objects.ts";
import { createExecutionContext, waitOnExecutionContext } from "./execution-context.ts";
import { createMessageBatch, getQueueResult } from "./queue.ts";
import { createScheduledController } from "./scheduled.ts";
import { introspectWorkflow, introspectWorkflowInstance } from "./workflows.ts";

/** An object that stands for the one that `lookUp` answers with each use. */
function standIn(lookUp: () => object): object {
  return new Proxy(
    {},
    {
      get: (_target, key) => Reflect.get(lookUp(), key) as unknown,
      has: (_target, key) => Reflect.has(lookUp(), key),
      ownKeys: () => Reflect.ownKeys(lookUp()),
      getOwnPropertyDescriptor(_target, key) {
        const found = Reflect.getOwnPropertyDescriptor(lookUp(), key);
        // A proxy may not show what its own target lacks as fixed.
        return found && { ...found, configurable: true };
      },
    },
  );
}

function missing(name: string, needs: string): () => never {
  return () => {
    throw unsupported(name, needs);
  };
}

/** Everything that `cloudflare:test` exports. */
const cloudflareTest: Readonly<Record<string, unknown>> = {
  env: standIn(() => runningWorker().host.env),
  SELF: standIn(() => runningWorker().host.exports.default as object),
  ...objects,
  createExecutionContext,
  waitOnExecutionContext,
  createScheduledController,
  createMessageBatch,
  getQueueResult,
  introspectWorkflowInstance,
  introspectWorkflow,
  createPagesEventContext: missing("createPagesEventContext", "Pages Functions"),
  applyD1Migrations: missing("applyD1Migrations", "the D1 binding"),
  adminSecretsStore: missing("adminSecretsStore", "the Secrets Store binding"),
};

/** Lets this process import `cloudflare:test`. */
export function provideCloudflareTest(): void {
  provideModule("cloudflare:test", () => cloudflareTest);
}
