// Loaded by the child process alone, through the host's module hooks.
import type { Workflow } from "../../src/index.ts";
import { effect, effects, point } from "./points.ts";

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
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS told (key TEXT PRIMARY KEY, text TEXT)");
    return this.ctx.storage.sql.exec("SELECT key, text FROM told").toArray();
  }
}

interface Step {
  do(name: string, ...rest: unknown[]): Promise<unknown>;
  sleep(name: string, ms: number): Promise<void>;
  sleepUntil(name: string, time: Date): Promise<void>;
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

/** Fails and is tried again, fails for good and is caught, streams, waits for what never comes. */
export class Stubborn extends (WorkflowEntrypoint as new (ctx: unknown, env: unknown) => object) {
  async run({ instanceId: id }: { readonly instanceId: string }, step: Step): Promise<unknown> {
    const flaky = await step.do("flaky", RETRIES, async () => {
      point(id, "flaky: inside, before its effect");
      const fails = effects(id).filter((line) => line === "flaky failed").length;
      effect(id, fails < 2 ? "flaky failed" : "did flaky");
      point(id, `flaky: inside, after ${fails} failures`);
      if (fails < 2) throw new Error("not yet");
      return "flaky done";
    });
    point(id, "flaky: after");
    const caught = await step
      .do("hopeless", { retries: { limit: 0, delay: 1 } }, async () => {
        effect(id, "did hopeless");
        throw new Error("never");
      })
      .catch((error: Error) => error.message);
    point(id, "hopeless: after");
    await step.sleepUntil("soon", new Date(Date.now() + 100));
    point(id, "soon: after");
    const stream = await step.do("stream", RETRIES, async () => {
      effect(id, "did stream");
      point(id, "stream: inside");
      return new Blob(["a ", "stream"]).stream();
    });
    const text = await new Response(stream as ReadableStream).text();
    point(id, "stream: after");
    const late = await step
      .waitForEvent("never", { type: "never", timeout: 100 })
      .then(() => "it came")
      .catch((error: Error) => error.message);
    point(id, "never: after");
    return { flaky, caught, text, late };
  }
}

/** Does two things and undoes them; the newer one only at the second try. */
export class Undoing extends (WorkflowEntrypoint as new (ctx: unknown, env: unknown) => object) {
  async run(
    { instanceId: id, payload }: { readonly instanceId: string; readonly payload: Delays },
    step: Step,
  ): Promise<unknown> {
    for (const name of ["reserve", "charge"]) {
      await step.do(name, RETRIES, async () => effect(id, `did ${name}`), {
        rollback: async () => {
          point(id, `${name}: undone, before its effect`);
          const isFirst = !effects(id).includes(`undid ${name}`);
          effect(id, `undid ${name}`);
          point(id, `${name}: undone, after its effect`);
          if (name === "charge" && isFirst) throw new Error("busy");
        },
        rollbackConfig: { retries: { ...RETRIES.retries, delay: payload.undoMs ?? 100 } },
      });
      point(id, `${name}: after`);
    }
    throw new Error("no more chairs");
  }
}

interface Delays {
  readonly undoMs?: number;
}

/** Ends the process each time that it runs: in a step, and in a rollback. */
export class Poison extends (WorkflowEntrypoint as new (ctx: unknown, env: unknown) => object) {
  async run({ instanceId: id }: { readonly instanceId: string }, step: Step): Promise<unknown> {
    const retries = { limit: 2, delay: 10, backoff: "constant" };
    const kill = (text: string) => {
      effect(id, text);
      process.kill(process.pid, "SIGKILL");
    };
    await step.do("harmless", { retries }, async () => effect(id, "did harmless"), {
      rollback: () => kill("undid harmless"),
      rollbackConfig: { retries: { ...retries, limit: 1 } },
    });
    const caught = await step
      .do("poison", { retries }, () => kill("did poison"))
      .catch((error: Error) => error.message);
    throw new Error(`caught ${caught}`);
  }
}

/** Of three one runs at a time. */
export class Queued extends (WorkflowEntrypoint as new (ctx: unknown, env: unknown) => object) {
  async run({ instanceId: id }: { readonly instanceId: string }, step: Step): Promise<unknown> {
    return await step.do("work", RETRIES, async () => {
      effect("QUEUED", `begin ${id}`);
      // The first still works when the process dies, so the others are in the queue then.
      await new Promise((resolve) => setTimeout(resolve, id === "QUEUED-1" ? 1000 : 50));
      effect("QUEUED", `end ${id}`);
    });
  }
}

interface Env {
  readonly QUEUED: Workflow;
  readonly FLOW: Workflow;
  readonly STUBBORN: Workflow;
  readonly UNDOING: Workflow;
  readonly POISON: Workflow;
  readonly AGENT: { getByName(name: string): { told(): Promise<unknown[]> } };
}

/** What the child asks for: each path is a call. An instance's id begins with its binding. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, verb, id = ""] = pathname.split("/");
    const workflow = env[id.split("-")[0] as "FLOW"];
    const params = Object.fromEntries([...searchParams].map(([key, ms]) => [key, Number(ms)]));
    const isBatch = workflow === env.QUEUED;
    const instance = await workflow.get(id).catch(async () => {
      if (!isBatch) return await workflow.create({ id, params });
      for (const number of [1, 2, 3]) await workflow.create({ id: `QUEUED-${number}` });
      return await workflow.get(id);
    });
    if (verb === "send") await instance.sendEvent({ type: "approval", payload: "yes" });
    if (verb !== "events") return Response.json(await instance.status());
    const told = await env.AGENT.getByName("agent").told();
    const events: unknown[] = [];
    const subscription = await instance.subscribe();
    for (let one = await subscription.next(); !one.done; one = await subscription.next()) {
      const { type, stepName: step, eventId, timestamp } = one.value;
      events.push({ type, step, id: eventId, at: timestamp });
    }
    return Response.json({ told, events });
  },
};
