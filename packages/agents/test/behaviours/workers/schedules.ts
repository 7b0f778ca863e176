import { Agent, type Schedule } from "@freehold/agents";
import type { ObservabilityEvent } from "@freehold/agents/observability";
import { told } from "./told.ts";

/** What the next run of a callback does, by the callback's name. */
export class Planner extends Agent<Cloudflare.Env, { count: number }> {
  static override options = { retry: { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 2 } };
  override observability = {
    emit: ({ type, payload }: ObservabilityEvent) => {
      if (/error|retry|memory|backlog/.test(type)) told.push([type, payload]);
    },
  };

  override onError(error: unknown) {
    told.push(["onError", (error as Error).message]);
  }

  run(payload: unknown, schedule?: Schedule<unknown>) {
    told.push(["run", payload, schedule?.type]);
  }

  fail(message: string) {
    told.push(["fail", message]);
    throw Object.assign(new Error(message), message === "flagged" ? { retryable: true } : {});
  }

  async end() {
    told.push(["end"]);
    await this.destroy();
  }

  async cancelOther(id: string) {
    told.push(["cancel", await this.cancelSchedule(id)]);
  }

  plain(schedule: unknown) {
    return Object.keys(schedule as object).sort();
  }
}

/** Schedules in its start, with and without saying that once is enough. */
export class Eager extends Agent {
  override async onStart() {
    await this.schedule(60, "run", "same");
    await this.schedule(60, "run", "same");
    await this.schedule(60, "quiet", "same", { idempotent: true });
    await this.schedule(60, "aware", "same", { idempotent: false });
    await this.scheduleEvery(60, "tick");
    await this.schedule("0 * * * *", "tick");
  }

  run() {
    told.push("run");
  }

  quiet() {
    told.push("quiet");
  }

  aware() {
    told.push("aware");
  }

  tick() {
    told.push("tick");
  }
}

export default {
  fetch() {
    return new Response("nobody", { status: 404 });
  },
};
