import { Agent } from "@freehold/agents";
import {
  AgentWorkflow,
  type AgentWorkflowEvent,
  type AgentWorkflowStep,
} from "@freehold/agents/workflows";
import { point } from "./points.ts";

interface Params {
  readonly fails: boolean;
}

interface Progress {
  readonly half?: boolean;
}

/** Sends a workflow on an errand; its name is that of the errand. */
export class Chief extends Agent<Cloudflare.Env, Progress> {
  override initialState: Progress = {};

  #note(what: string, detail: unknown): void {
    point(this.name, `${what}: begun`);
    this.sql`CREATE TABLE IF NOT EXISTS told (what TEXT, detail TEXT)`;
    this.sql`INSERT INTO told VALUES (${what}, ${JSON.stringify(detail ?? null)})`;
    point(this.name, `${what}: noted`);
  }

  override async onWorkflowProgress(_name: string, _id: string, progress: { readonly at: string }) {
    this.#note(`progress at ${progress.at}`, progress);
  }

  override async onWorkflowComplete(_name: string, _id: string, result?: unknown) {
    this.#note("complete", result);
  }

  override async onWorkflowError(_name: string, _id: string, error: string) {
    this.#note("error", error);
  }

  override async onWorkflowEvent(_name: string, _id: string, event: unknown) {
    this.#note("event", event);
  }

  override onStateChanged(state: Progress | undefined) {
    if (state?.half) this.#note("state", state);
  }

  override async onRequest(request: Request): Promise<Response> {
    const { name } = this;
    if (new URL(request.url).pathname.endsWith("/begin")) {
      point(name, "run: before");
      if (!this.getWorkflow(name)) await this.#run();
      else if ((await this.#instance()) === "missing") await this.#run();
      point(name, "run: after");
      return Response.json(null);
    }
    this.sql`CREATE TABLE IF NOT EXISTS told (what TEXT, detail TEXT)`;
    const { error, status } = this.getWorkflow(name) ?? {};
    return Response.json({
      told: this.sql`SELECT what, detail FROM told ORDER BY rowid`,
      row: { status, error },
      instance: await this.#instance(),
    });
  }

  #run(): Promise<string> {
    const { name } = this;
    return this.runWorkflow("ERRAND", { fails: name.startsWith("fail") }, { id: name });
  }

  async #instance(): Promise<string> {
    const { ERRAND: errand } = this.env as unknown as { ERRAND: Workflow };
    try {
      return (await (await errand.get(this.name)).status()).status;
    } catch {
      return "missing";
    }
  }
}

export class Errand extends AgentWorkflow<Chief, Params, { readonly at: string }> {
  override async run({ payload }: AgentWorkflowEvent<Params>, step: AgentWorkflowStep) {
    const at = (name: string) => point(this.workflowId, name);
    at("top");
    await this.reportProgress({ at: "start" });
    at("told of start");
    const found = await step.do("work", async () => {
      at("work: inside");
      return "found";
    });
    await step.mergeAgentState({ half: true });
    at("state changed");
    await step.sleep("nap", 150);
    at("nap: after");
    await step.sendEvent({ found });
    at("event sent");
    await this.reportProgress({ at: "end" });
    if (payload.fails) throw new Error("nothing there");
    await step.reportComplete({ found });
    at("completed");
    return found;
  }

  /** The agent has answered, and what it answered is not on record yet. */
  protected override extendStep(step: AgentWorkflowStep): AgentWorkflowStep {
    type Run = (name: string, config: object, code: (context: never) => unknown) => unknown;
    const run = step.do as unknown as Run;
    const watched: Run = (name, config, code) =>
      name.startsWith("__agent_")
        ? run(name, config, async (context) => {
            await code(context);
            point(this.workflowId, `${name}: answered`);
          })
        : run(name, config, code);
    return Object.assign(step, { do: watched });
  }
}

interface Env {
  readonly Chief: { getByName(name: string): { fetch(request: Request): Promise<Response> } };
}

export default {
  fetch(request: Request, { Chief: chiefs }: Env): Promise<Response> {
    const [, name = ""] = new URL(request.url).pathname.split("/");
    return chiefs.getByName(name).fetch(request);
  },
};
