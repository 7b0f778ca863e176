import { Agent, type FiberContext, type FiberRecoveryContext } from "@freehold/agents";
import type { TaskStep } from "@freehold/agents/tasks";
import { effect, point } from "./points.ts";
import { STAGES } from "./scenario.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Does work in parts; its name says which instance of the work it is. */
export class Laborer extends Agent {
  #at(name: string): void {
    point(this.ctx, this.name, name);
  }

  override taskDefinitions = {
    work: async (input: { readonly nap: number }, step: TaskStep) => {
      this.#at("top");
      const work = async (name: string) => {
        this.#at(`${name}: before`);
        const result = await step.do(name, async ({ attempt }) => {
          this.#at(`${name}: inside, before its effect`);
          effect(this.name, `did ${name}`);
          this.#at(`${name}: inside, after its effect`);
          await pause(5);
          return `${name} at ${attempt}`;
        });
        this.#at(`${name}: after`);
        return result.split(" ")[0] ?? "";
      };
      const first = await work("first");
      await step.status("half");
      const both = await Promise.all([work("left"), work("right")]);
      this.#at("nap: before");
      await step.sleep("nap", input.nap);
      this.#at("nap: after");
      const retries = { limit: 30, delay: 10, backoff: "constant" } as const;
      this.#at("unsure: before");
      const unsure = await step.do("unsure", { retries }, () => {
        if (this.#count("failed") < 2) {
          this.#at("unsure: failed once");
          throw new Error("not yet");
        }
        this.#at("unsure: inside, before its effect");
        effect(this.name, "did unsure");
        this.#at("unsure: inside, after its effect");
        return "unsure";
      });
      this.#at("unsure: after");
      await step.do("telling", () => this.#count("told"));
      this.#at("end");
      return { first, both, unsure };
    },
  };

  #count(what: string): number {
    const count = (this.ctx.storage.kv.get<number>(what) ?? 0) + 1;
    this.ctx.storage.kv.put(what, count);
    return count;
  }

  async #stages(name: string, from: number, stash: (data: unknown) => void): Promise<void> {
    for (const stage of STAGES.slice(from)) {
      this.#at(`${name} ${stage}: before its effect`);
      effect(this.name, `${name} ${stage}`);
      this.#at(`${name} ${stage}: after its effect`);
      stash({ next: stage + 1 });
      this.#at(`${name} ${stage}: stashed`);
      await pause(5);
    }
    this.#at(`${name}: end`);
    this.ctx.storage.kv.put(`${name} ended`, true);
  }

  override async onFiberRecovered({ name, snapshot }: FiberRecoveryContext) {
    const { next = 0 } = (snapshot ?? {}) as { next?: number };
    await this.#stages(name, next, () => undefined);
    return { status: "completed", snapshot: { next: STAGES.length } } as const;
  }

  override async onRequest(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    return Response.json(await this.#answer(pathname.split("/").at(-1) ?? ""));
  }

  async #answer(verb: string): Promise<unknown> {
    if (verb === "task") {
      const receipt = await this.tasks.run("work", { nap: 150 }, { runId: "r" });
      this.#at("accepted");
      return receipt;
    }
    if (verb === "fibers") {
      const stages = (name: string) => (context: FiberContext) => {
        this.#at(`${name}: begun`);
        return this.#stages(name, 0, context.stash);
      };
      void this.runFiber("plain", stages("plain"));
      const options = { fiberId: "f", idempotencyKey: "k" };
      const { accepted } = await this.startFiber("kept", stages("kept"), options);
      this.#at("accepted");
      return { accepted };
    }
    if (verb === "told") this.#at("told");
    return this.report();
  }

  async report() {
    const tables = this.sql<{ name: string }>`SELECT name FROM sqlite_master`;
    const read = (table: string, rest: string) =>
      tables.some(({ name }) => name === table)
        ? this.ctx.storage.sql.exec(`SELECT ${rest}`).toArray()
        : [];
    const run = await this.tasks.get("r");
    if (run?.state === "waiting" && run.reason === "sleep") this.#at("nap: waiting");
    return {
      run,
      steps: read(
        "cf_agents_task_steps",
        "step_name AS name, state FROM cf_agents_task_steps ORDER BY step_name",
      ),
      fiber: await this.inspectFiber("f"),
      fiberRuns: read("cf_agents_runs", "name FROM cf_agents_runs"),
      plainEnded: this.ctx.storage.kv.get("plain ended") ?? false,
      jobs: read("cf_agents_jobs", "id FROM cf_agents_jobs WHERE capability IN ('tasks', 'host')"),
    };
  }
}

interface Env {
  readonly Laborer: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
}

export default {
  fetch(request: Request, { Laborer: laborers }: Env): Promise<Response> {
    const [, name = ""] = new URL(request.url).pathname.split("/");
    return laborers.getByName(name).fetch(request);
  },
};
