import { Agent, type Connection, routeAgentRequest } from "@freehold/agents";
import {
  AgentWorkflow,
  type AgentWorkflowEvent,
  type AgentWorkflowStep,
} from "@freehold/agents/workflows";
import { told } from "./told.ts";

type Verb = "approve" | "reject" | "terminate" | "pause" | "resume" | "restart";

interface Board {
  readonly left: number;
  readonly by?: string;
}

/** Runs workflows. What they tell is in `told`. */
export class Office extends Agent<Cloudflare.Env, Board> {
  override initialState: Board = { left: 3 };
  /** Error that the next hook throws. */
  #failure: string | undefined;

  async begin(id: string, params: object, options: object = {}, binding = "Flow") {
    return this.runWorkflow(binding, params, { id, ...options });
  }

  /** Starts one, and looks at its row before it could be made. */
  async beginAndLook(id: string) {
    const running = this.runWorkflow("Flow", { how: "wait" }, { id });
    const row = this.getWorkflow(id)?.status;
    await running;
    return row;
  }

  async control(verb: Verb, id: string, data?: object) {
    const steer = Reflect.get(this, `${verb}Workflow`) as (id: string, data?: object) => unknown;
    await steer.call(this, id, data);
  }

  send(id: string, type: string, payload: unknown) {
    return this.sendWorkflowEvent("Flow", id, { type, payload });
  }

  row(id: string) {
    return this.getWorkflow(id);
  }

  rows(criteria?: object) {
    return this.getWorkflows(criteria);
  }

  status(id: string) {
    return this.getWorkflowStatus("Flow", id);
  }

  remove(criteria: object) {
    return this.deleteWorkflows(criteria);
  }

  migrate(from: string, to: string) {
    return this.migrateWorkflowBinding(from, to);
  }

  board() {
    return this.state;
  }

  failNext(message: string) {
    this.#failure = message;
  }

  greet(who: string) {
    return `${this.name} greets ${who}`;
  }

  async inside(name: string, method: string, ...args: unknown[]) {
    const clerk = (await this.subAgent(Clerk, name)) as unknown as Calls;
    return clerk[method]?.(...args);
  }

  dismiss(name: string) {
    return this.deleteSubAgent(Clerk, name);
  }

  #tell(...what: unknown[]) {
    if (this.#failure !== undefined) {
      const message = this.#failure;
      this.#failure = undefined;
      throw new Error(message);
    }
    told.push([this.name, ...what]);
  }

  override async onWorkflowProgress(_name: string, id: string, progress: unknown) {
    this.#tell("progress", id, progress);
  }

  override async onWorkflowComplete(_name: string, id: string, result?: unknown) {
    this.#tell("complete", id, result);
  }

  override async onWorkflowError(_name: string, id: string, error: string) {
    this.#tell("error", id, error);
  }

  override async onWorkflowEvent(_name: string, id: string, event: unknown) {
    this.#tell("event", id, event);
  }

  override onConnect(_connection: Connection) {
    // Nothing to say.
  }
}

type Calls = Record<string, (...args: unknown[]) => Promise<unknown>>;

export class Clerk extends Office {}

interface Params {
  readonly how: string;
  readonly eventType?: string;
  readonly method?: string;
}

type Way = (step: AgentWorkflowStep, payload: Params) => Promise<unknown>;

export class Flow extends AgentWorkflow<Office, Params> {
  override async run(event: AgentWorkflowEvent<Params>, step: AgentWorkflowStep): Promise<unknown> {
    return this.#ways[event.payload.how]?.(step, event.payload);
  }

  readonly #ways: Readonly<Record<string, Way>> = {
    quiet: async (_step, payload) => payload,
    wait: async (step) => {
      await this.reportProgress({ percent: 0.1 });
      const { payload } = await step.waitForEvent("wait", { type: "go", timeout: "30 days" });
      await step.sleep("pause", "2 days");
      await this.reportProgress({ percent: 0.9 });
      await step.reportComplete(payload);
      return payload;
    },
    approve: (step, { eventType = "approval" }) =>
      this.waitForApproval(step, { timeout: "7 days", eventType }),
    throw: async () => {
      throw "no error at all";
    },
    twice: async (step) => {
      await step.reportError(new RangeError("told"));
      throw new Error("thrown");
    },
    state: async (step) => {
      await step.mergeAgentState({ by: "flow" });
      await step.sleep("nap", "1 hour");
      await step.sendEvent({ at: "end" });
    },
    reset: async (step) => {
      await step.updateAgentState({ left: 0 });
      await step.resetAgentState();
    },
    within: async (step) => {
      let attempts = 0;
      await step.do("work", { retries: { limit: 3, delay: 1 } }, async () => {
        attempts += 1;
        await this.reportProgress({ percent: attempts / 10 });
        if (attempts < 3) throw new Error("not yet");
      });
    },
    call: async (step, { method = "greet" }) => {
      const agent = this.agent as unknown as Calls;
      const config = { retries: { limit: 0, delay: 1 } };
      return step.do("call", config, async () => (await agent[method]?.("flow")) as string);
    },
    lateSay: async (step) => {
      await step.waitForEvent("wait", { type: "go", timeout: "30 days" });
      this.broadcastToClients({ said: "too late" });
    },
    say: async (step) => {
      this.broadcastToClients({ said: this.workflowId });
      await step.reportComplete();
    },
  };
}

/** Its `run` calls that of its parent. */
export class LongFlow extends Flow {
  override async run(event: AgentWorkflowEvent<Params>, step: AgentWorkflowStep) {
    const result = await super.run(event, step);
    await step.reportComplete({ long: true });
    return result;
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env) {
    return (await routeAgentRequest(request, env)) ?? new Response(null, { status: 404 });
  },
};
