import {
  Agent,
  type AgentToolLifecycleResult,
  type AgentToolProgressSnapshot,
  type AgentToolRunInfo,
  routeAgentRequest,
} from "@freehold/agents";
import { told } from "./told.ts";

interface Run {
  readonly status: string;
  readonly end: string | null;
  readonly starts: number;
}

type Calls = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Runs as a tool, and does what the test says; what was said is stored. */
export class Tool extends Agent {
  /** Whoever reads a tail, waiting for more. */
  readonly #waiting = new Set<() => void>();

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this
      .sql`CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, status TEXT, end TEXT, starts INTEGER)`;
    this.sql`CREATE TABLE IF NOT EXISTS said (at INTEGER PRIMARY KEY, sequence INTEGER, body TEXT)`;
  }

  #run(id: string): Run | undefined {
    return this.sql<Run & Record<string, string>>`SELECT * FROM runs WHERE id = ${id}`[0];
  }

  #wake() {
    for (const wake of [...this.#waiting]) wake();
    this.#waiting.clear();
  }

  async startAgentToolRun(_input: unknown, { runId }: { runId: string }) {
    this.sql`INSERT INTO runs VALUES (${runId}, 'running', NULL, 1)
      ON CONFLICT (id) DO UPDATE SET starts = starts + 1`;
    return this.inspectAgentToolRun(runId);
  }

  async cancelAgentToolRun(runId: string, reason?: unknown) {
    if (this.#run(runId)?.status === "running") {
      await this.end(runId, { status: "aborted", error: String(reason) });
    }
  }

  async inspectAgentToolRun(runId: string) {
    const run = this.#run(runId);
    if (!run) return null;
    const progress = this.ctx.storage.kv.get("progress");
    return {
      ...{ runId, startedAt: 0, status: run.status },
      ...(run.end === null ? {} : (JSON.parse(run.end) as object)),
      ...(progress === undefined ? {} : { progress }),
    };
  }

  async getAgentToolChunks(_runId: string, { afterSequence = -1 } = {}) {
    return this.sql<{ sequence: number; body: string }>`SELECT sequence, body FROM said
      WHERE sequence > ${afterSequence} ORDER BY sequence`;
  }

  async tailAgentToolRun(runId: string, { afterSequence = -1 } = {}) {
    let after = afterSequence;
    return new ReadableStream<Uint8Array>({
      type: "bytes",
      pull: async (controller: ReadableByteStreamController) => {
        for (;;) {
          const chunks = await this.getAgentToolChunks(runId, { afterSequence: after });
          if (chunks.length > 0) {
            after = chunks.at(-1)?.sequence ?? after;
            const lines = chunks.map((chunk) => `${JSON.stringify(chunk)}\n`).join("");
            return controller.enqueue(new TextEncoder().encode(lines));
          }
          if (this.#run(runId)?.status !== "running") return controller.close();
          await new Promise<void>((resolve) => this.#waiting.add(resolve));
        }
      },
    } as never);
  }

  say(text: string) {
    const [{ n = 0 } = {}] = this.sql<{ n: number }>`SELECT COUNT(*) AS n FROM said`;
    const body = JSON.stringify({ type: "text-delta", id: "t", delta: text });
    this.sql`INSERT INTO said (sequence, body) VALUES (${n}, ${body})`;
    this.#wake();
  }

  progress(at: number) {
    this.ctx.storage.kv.put("progress", { at, fraction: 0.5 });
  }

  async end(runId: string, end: { status: string; error?: string; summary?: string }) {
    this.sql`UPDATE runs SET status = ${end.status}, end = ${JSON.stringify(end)}
      WHERE id = ${runId}`;
    this.#wake();
  }

  starts(runId: string) {
    return this.#run(runId)?.starts ?? 0;
  }
}

/** Has the tool run. */
export class Boss extends Agent {
  static override options = { agentToolReattachMaxWindowMs: 600_000 };

  override onStart() {
    this.sql`CREATE TABLE IF NOT EXISTS done (what TEXT)`;
  }

  override async onAgentToolStart({ runId }: AgentToolRunInfo) {
    told.push(["start", runId]);
  }

  override async onAgentToolFinish(
    { runId }: AgentToolRunInfo,
    { status }: AgentToolLifecycleResult,
  ) {
    told.push(["finish", runId, status]);
  }

  override async onProgress({ runId }: AgentToolRunInfo, { fraction }: AgentToolProgressSnapshot) {
    told.push(["progress", runId, fraction]);
  }

  onDone({ runId }: AgentToolRunInfo, { reason, status }: AgentToolLifecycleResult) {
    this.sql`INSERT INTO done VALUES (${[runId, status, reason].join(" ").trim()})`;
  }

  onDoneBadly({ runId }: AgentToolRunInfo) {
    told.push(["badly", runId]);
    throw new Error("badly done");
  }

  override onError(error: unknown) {
    told.push(["error", (error as Error).message]);
  }

  run(options: object) {
    return this.runAgentTool(Tool, { input: "do it", ...options });
  }

  /** Calls a method of the tool that runs. */
  async tool(runId: string, method: string, ...args: unknown[]) {
    const tool = (await this.subAgent(Tool, runId)) as unknown as Calls;
    return tool[method]?.(...args);
  }

  done() {
    return this.sql<{ what: string }>`SELECT what FROM done`.map(({ what }) => what);
  }

  runs() {
    return this.sql<{ run_id: string; status: string }>`SELECT run_id, status
      FROM cf_agent_tool_runs`.map(({ run_id, status }) => `${run_id} ${status}`);
  }

  plans() {
    return this.getSchedules().map(({ callback }) => callback);
  }

  children() {
    return this.listSubAgents().map(({ name }) => name);
  }

  cancel(runId: string) {
    return this.cancelAgentTool(runId, "stop");
  }

  clear(options?: object) {
    return this.clearAgentToolRuns(options);
  }

  cap(most: number) {
    this.maxConcurrentAgentTools = most;
  }

  crash() {
    this.ctx.abort("crashed");
  }
}

export default {
  async fetch(request: Request, env: Cloudflare.Env) {
    return (await routeAgentRequest(request, env)) ?? new Response("none", { status: 404 });
  },
};
