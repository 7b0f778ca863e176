import type { TestHost } from "freehold/runtime";
import { createMessageBatch, type QueueMessageInit, type QueueResult, resultOf } from "./queue.ts";
import { createScheduledController, mayRetry, type ScheduledOptions } from "./scheduled.ts";

/** How a `scheduled` event ended. */
export interface ScheduledResult {
  readonly outcome: "ok" | "exception";
  readonly noRetry: boolean;
}

/** Gives `exports.default` what only tests call: `scheduled()` and `queue()`. */
export function addEvents(host: TestHost): void {
  const fetcher = host.exports.default;
  if (typeof fetcher !== "function") return;
  const events: Record<string, unknown> = {
    scheduled: (options?: ScheduledOptions) => scheduled(host, options),
    queue: (name: string, messages: readonly QueueMessageInit[]) => queue(host, name, messages),
  };
  host.exports.default = new Proxy(fetcher, {
    get: (target, key) =>
      typeof key === "string" && Object.hasOwn(events, key)
        ? events[key]
        : (Reflect.get(target, key) as unknown),
  });
}

async function scheduled(host: TestHost, options?: ScheduledOptions): Promise<ScheduledResult> {
  const controller = createScheduledController(options);
  const outcome = await outcomeOf(host.dispatch("scheduled", controller));
  return { outcome, noRetry: !mayRetry(controller) };
}

async function queue(
  host: TestHost,
  name: string,
  messages: readonly QueueMessageInit[],
): Promise<QueueResult> {
  const batch = createMessageBatch(name, messages);
  return resultOf(batch, await outcomeOf(host.dispatch("queue", batch)));
}

async function outcomeOf(event: Promise<void>): Promise<"ok" | "exception"> {
  try {
    await event;
    return "ok";
  } catch (error) {
    console.error(error);
    return "exception";
  }
}
