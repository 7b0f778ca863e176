import { Agent, type FiberRecoveryContext } from "@freehold/agents";
import type { TaskHandlers } from "@freehold/agents/tasks";
import { told } from "./told.ts";

const never = () => new Promise<never>(() => undefined);

type Calls = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Lives in a tree, and works in it. */
export class Bird extends Agent {
  static override options = { keepAliveIntervalMs: 1000 };

  override readonly taskDefinitions: TaskHandlers = {
    migrate: async (_input, step) => {
      told.push(`${this.name} leaves`);
      const first = await step.do("pack", async () => {
        told.push(`${this.name} packs`);
        return "packed";
      });
      await step.sleep("fly", "10 seconds");
      let tries = 0;
      const retries = { limit: 3, delay: "5 seconds", backoff: "constant" } as const;
      const last = await step.do("land", { retries }, async () => {
        told.push(`${this.name} lands`);
        tries = told.filter((entry) => entry === `${this.name} lands`).length;
        if (tries < 2) throw new Error("the wind is too strong");
        return tries;
      });
      told.push([this.name, first, last]);
      return [first, last];
    },
  };

  override async onFiberRecovered({ name, snapshot }: FiberRecoveryContext) {
    told.push([this.name, "recovers", name, snapshot]);
    if (name === "poison") throw new Error("the hook fails on purpose");
  }

  /** Calls a method of an agent further inside. */
  async at(way: readonly string[], method: string, ...args: unknown[]): Promise<unknown> {
    const [name, ...further] = way;
    if (name === undefined) return (this as unknown as Calls)[method]?.(...args);
    const child = (await this.subAgent(Bird, name)) as unknown as Bird;
    return child.at(further, method, ...args);
  }

  /** A fiber that its life does not see the end of. */
  async leave(name: string) {
    const stashed = Promise.withResolvers<void>();
    this.runFiber(name, async ({ stash }) => {
      stash({ of: name });
      stashed.resolve();
      await never();
    }).catch(stashed.reject);
    await stashed.promise;
  }

  async finish(name: string) {
    return this.runFiber(name, async () => name);
  }

  async begin() {
    await this.tasks.run("migrate", null, { runId: "south" });
  }

  left() {
    return this.sql`SELECT name FROM cf_agents_runs`.length;
  }

  abortChild(name: string) {
    this.abortSubAgent(Bird, name, new Error("aborted by the test"));
  }

  remove(name: string) {
    return this.deleteSubAgent(Bird, name);
  }

  /** Forgets that it wanted to be woken. */
  forgetAlarm() {
    this.sql`DELETE FROM cf_agents_jobs`;
  }

  end() {
    this.ctx.abort("ended by the test");
  }
}

export default { fetch: () => new Response(null, { status: 404 }) };
