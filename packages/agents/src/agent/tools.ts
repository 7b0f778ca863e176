import { AgentTools } from "../agent-tools/agent-tools.ts";
import type { AgentToolHost } from "../agent-tools/host.ts";
import type {
  AgentToolChildAdapter,
  AgentToolLifecycleResult,
  AgentToolMilestone,
  AgentToolProgressSnapshot,
  AgentToolRunInfo,
  DetachedReconcilePayload,
} from "../agent-tools/types.ts";
import { systemClock } from "../clock.ts";
import { agentContext, contextOf } from "../context.ts";
import type { Emit } from "../observability/events.ts";
import { systemRandom } from "../random.ts";
import type { SqlRunner } from "../storage/sql.ts";
import type { ResolvedOptions } from "./options.ts";
import type { ToolRunner } from "./tool-runner.ts";

/** What of an agent's rooms its tools use. */
export interface ToolRooms {
  readonly sql: SqlRunner;
  readonly emit: Emit;
  readonly options: ResolvedOptions;
  readonly scheduler: {
    set(when: number, callback: string, payload: unknown, options: object): Promise<unknown>;
    list(): Promise<{ id: string; callback: string }[]>;
    cancel(id: string): Promise<boolean>;
  };
  readonly keepAlive: { during<T>(body: () => Promise<T>): Promise<T> };
  broadcast(frame: string, without: readonly string[]): void;
}

/** Method that reconciles detached runs; the name that schedules of the published SDK have. */
const TICK = "_cfDetachedReconcileTick";

/** The agents that an agent has run as tools. */
export function createTools(
  agent: ToolRunner,
  ctx: DurableObjectState,
  rooms: ToolRooms,
): AgentTools {
  return new AgentTools(new ToolHost(agent, ctx, rooms));
}

/** An agent, as its tools see it. */
class ToolHost implements AgentToolHost {
  readonly clock = systemClock;
  readonly random = systemRandom;
  readonly #agent: ToolRunner;
  readonly #ctx: DurableObjectState;
  readonly #rooms: ToolRooms;

  constructor(agent: ToolRunner, ctx: DurableObjectState, rooms: ToolRooms) {
    this.#agent = agent;
    this.#ctx = ctx;
    this.#rooms = rooms;
  }

  get className() {
    return this.#agent.constructor.name;
  }

  get sql() {
    return this.#rooms.sql;
  }

  get emit() {
    return this.#rooms.emit;
  }

  get limits() {
    return this.#rooms.options;
  }

  get maxConcurrent() {
    return this.#agent.maxConcurrentAgentTools;
  }

  async child(className: string, name: string): Promise<AgentToolChildAdapter> {
    const stub: unknown = await this.#agent._relations.kin.resolve({ className, name });
    return stub as AgentToolChildAdapter;
  }

  async deleteChild(className: string, name: string): Promise<void> {
    await this.#agent._relations.kin.delete({ className, name });
  }

  broadcast(frame: string, without: readonly string[]): void {
    this.#rooms.broadcast(frame, without);
  }

  hasMethod(name: string): boolean {
    return typeof Reflect.get(this.#agent, name) === "function";
  }

  callMethod(name: string, ...args: unknown[]): Promise<void> {
    const method = Reflect.get(this.#agent, name) as (...args: unknown[]) => unknown;
    return this.#within(() => method.apply(this.#agent, args));
  }

  onStart(run: AgentToolRunInfo): Promise<void> {
    return this.#within(() => this.#agent.onAgentToolStart(run));
  }

  onFinish(run: AgentToolRunInfo, result: AgentToolLifecycleResult): Promise<void> {
    return this.#within(() => this.#agent.onAgentToolFinish(run, result));
  }

  onProgress(run: AgentToolRunInfo, progress: AgentToolProgressSnapshot): Promise<void> {
    return this.#within(() => this.#agent.onProgress(run, progress));
  }

  onStreamed(): Promise<void> {
    return this.#within(() => this.#agent._toolSeams.streamed());
  }

  onMilestone(
    run: AgentToolRunInfo,
    milestone: AgentToolMilestone,
    mode: "react" | "narrate",
  ): Promise<void> {
    return this.#within(() => this.#agent._toolSeams.milestone(run, milestone, mode));
  }

  deliver(invoke: () => Promise<void>, serialize: boolean): Promise<void> {
    return this.#within(() => this.#agent._toolSeams.deliver(invoke, serialize));
  }

  async onError(error: unknown): Promise<void> {
    console.error(`A tool run of ${this.className} met an error:`, error);
    try {
      await this.#within(() => this.#agent._toolSeams.error(error));
    } catch (thrown) {
      if (thrown !== error) console.error("onError failed:", thrown);
    }
  }

  async schedule(seconds: number, payload: DetachedReconcilePayload): Promise<void> {
    const { scheduler } = this.#rooms;
    for (const { callback, id } of await scheduler.list()) {
      if (callback === TICK) await scheduler.cancel(id);
    }
    await scheduler.set(seconds, TICK, payload, { idempotent: true });
  }

  background(work: () => Promise<void>): void {
    const held = this.#rooms.keepAlive.during(work);
    this.#ctx.waitUntil(held.catch((error: unknown) => this.onError(error)));
  }

  async #within(body: () => unknown): Promise<void> {
    await agentContext.run(contextOf(this.#agent), body);
  }
}
