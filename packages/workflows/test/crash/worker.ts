// Loaded by the child process alone, through the host's module hooks.
import type { Workflow } from "../../src/index.ts";
import { effect, point } from "./points.ts";

/** In a variable, since its types are those of the platform and not of Node. */
const platform = "cloudflare:workers";
const { DurableObject, WorkflowEntrypoint } = (await import(platform)) as {
  readonly DurableObject: unknown;
  readonly WorkflowEntrypoint: unknown;
};

interface Context {
  readonly ctx: { readonly storage: Storage };
}

interface Storage {
  readonly sql: { exec(query: string, ...values: unknown[]): { toArray(): unknown[] } };
}

/** Stands for an agent: it is told of what a workflow has done, by a key that it knows again. */
export class Agent extends (DurableObject as new (ctx: unknown, env: unknown) => Context) {
  tell(id: string, key: string, text: string): string {
    const { sql } = this.ctx.storage;
    point(id, "callback: before it is kept");
    sql.exec("CREATE TABLE IF NOT EXISTS told (key TEXT PRIMARY KEY, text TEXT)");
    sql.exec("INSERT OR IGNORE INTO told VALUES (?, ?)", key, text);
    point(id, "callback: after it is kept");
    return "heard";
  }

  told(): unknown[] {
    return this.ctx.storage.sql.exec("SELECT key, text FROM told").toArray();
  }
}

interface Step {
  do(name: string, ...rest: unknown[]): Promise<unknown>;
  sleep(name: string, ms: number): Promise<void>;
  waitForEvent(name: string, options: object): Promise<{ readonly payload: unknown }>;
}

interface AgentStub {
  tell(id: string, key: string, text: string): Promise<string>;
}

const RETRIES = { retries: { limit: 20, delay: 10, backoff: "constant" } };

/** One of each: steps in a row and side by side, a sleep, an event, a call back. */
export class Flow extends (WorkflowEntrypoint as new (
  ctx: unknown,
  env: unknown,
) => { readonly env: { readonly AGENT: { getByName(name: string): AgentStub } } }) {
  async run({ instanceId: id }: { readonly instanceId: string }, step: Step): Promise<unknown> {
    const work = async (name: string) => {
      point(id, `${name}: before`);
      const result = await step.do(name, RETRIES, async () => {
        point(id, `${name}: inside, before its effect`);
        effect(id, `did ${name}`);
        point(id, `${name}: inside, after its effect`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return `${name} done`;
      });
      point(id, `${name}: after`);
      return result;
    };
    const first = await work("first");
    const both = await Promise.all([work("left"), work("right")]);
    point(id, "sleep: before");
    await step.sleep("nap", 150);
    point(id, "sleep: after");
    point(id, "event: before");
    const { payload } = await step.waitForEvent("approval", { type: "approval" });
    point(id, "event: after");
    const heard = await step.do("tell", RETRIES, async () => {
      const answer = await this.env.AGENT.getByName("agent").tell(id, `${id} tell-1`, "done");
      point(id, "callback: answered");
      return answer;
    });
    point(id, "end");
    return { first, both, payload, heard };
  }
}

interface Env {
  readonly FLOW: Workflow;
  readonly AGENT: { getByName(name: string): { told(): Promise<unknown[]> } };
}

/** What the child asks for: each path is a call. */
export default {
  async fetch(request: Request, { FLOW, AGENT }: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    const [, verb, id = ""] = pathname.split("/");
    const instance = await FLOW.get(id).catch(() => FLOW.create({ id }));
    if (verb === "send") await instance.sendEvent({ type: "approval", payload: "yes" });
    if (verb !== "events") return Response.json(await instance.status());
    const told = await AGENT.getByName("agent").told();
    const events: unknown[] = [];
    const subscription = await instance.subscribe();
    for (let one = await subscription.next(); !one.done; one = await subscription.next()) {
      events.push({ type: one.value.type, step: one.value.stepName, id: one.value.eventId });
    }
    return Response.json({ told, events });
  },
};
