import { messageOf } from "../errors.ts";
import { Broadcasts } from "./broadcasts.ts";
import { progressOf } from "./chunks.ts";
import { contractErrors } from "./contract-errors.ts";
import { Deliveries } from "./deliveries.ts";
import { endingOf } from "./endings.ts";
import { type FollowEnd, type FollowLimits, follow, isEnd } from "./follow.ts";
import {
  endEvent,
  INTERRUPTIONS,
  infoOf,
  lifecycleResultOf,
  previewOf,
  resultOf,
  startedEvent,
} from "./frames.ts";
import type { AgentToolHost } from "./host.ts";
import { detachedColumns } from "./options.ts";
import { reconcile } from "./reconcile.ts";
import { replayRuns } from "./replay.ts";
import { type Ending, hasEnded, type NewRun, type RunRow, RunStore } from "./store.ts";
import type {
  AgentToolRunStatus,
  AgentToolStoredChunk,
  DetachedReconcilePayload,
  DetachedRunAgentToolResult,
  RunAgentToolOptions,
  RunAgentToolResult,
} from "./types.ts";

const RUN_ID_LENGTH = 12;
/** Seconds until a new detached run is looked at. */
const FIRST_TICK_SECONDS = 5;

/** The runs of agents that an agent has run as tools. */
export class AgentTools {
  readonly #host: AgentToolHost;
  readonly #store: RunStore;
  readonly #broadcasts: Broadcasts;
  readonly #deliveries: Deliveries;
  /** Runs whose agents are being told to begin. */
  readonly #beginning = new Map<string, Promise<void>>();
  /** Runs that are followed by this life of the agent. */
  readonly #followed = new Map<
    string,
    { readonly done: Promise<void>; readonly stop: () => void }
  >();

  constructor(host: AgentToolHost) {
    this.#host = host;
    this.#store = new RunStore(host.sql);
    this.#broadcasts = new Broadcasts((frame, without) => host.broadcast(frame, without));
    this.#deliveries = new Deliveries(host, this.#store);
  }

  /**
   * Has an agent run as a tool. One that was begun before under the same id is joined, or its result
   * returned.
   */
  async run(
    agentType: string,
    options: RunAgentToolOptions,
  ): Promise<RunAgentToolResult | DetachedRunAgentToolResult> {
    const detached = detachedColumns(options, this.#host);
    const runId = options.runId ?? this.#host.random.id(RUN_ID_LENGTH);
    const known = this.#store.find(runId);
    if (known) {
      if (detached) return { runId, agentType: known.agent_type, status: "running" };
      return hasEnded(known) ? resultOf(known) : this.#wait(known, options.signal);
    }
    const active = this.#store.active().length;
    const run = this.#add(runId, agentType, options, detached);
    if (active >= this.#host.maxConcurrent) {
      const error = contractErrors.tooMany(this.#host.maxConcurrent);
      this.#announce(runId, { status: "error", error }, 0);
      return { runId, agentType, status: "error", error };
    }
    await this.#quietly(() => this.#host.onStart(infoOf(run)));
    const begun = this.#begin(run, options).finally(() => this.#beginning.delete(runId));
    this.#beginning.set(runId, begun);
    try {
      await begun;
    } catch (error) {
      await this.#settle(run, { status: "error", error: messageOf(error) }, 0);
      if (detached) return { runId, agentType, status: "error", error: messageOf(error) };
      return resultOf(this.#read(run));
    }
    if (!detached) return this.#wait(run, options.signal);
    await this.#host.schedule(FIRST_TICK_SECONDS, { cadenceIndex: 0 });
    this.#host.background(() => this.#follow(run, this.#reattachLimits()));
    return { runId, agentType, status: "running" };
  }

  /** Cancels a run; does nothing for one that has ended, or that there is not. */
  async cancel(runId: string, reason?: unknown): Promise<void> {
    await this.#beginning.get(runId)?.catch(() => undefined);
    const run = this.#store.find(runId);
    if (!run || hasEnded(run)) return;
    const child = await this.#host.child(run.agent_type, runId);
    await child.cancelAgentToolRun(runId, reason);
    if (run.detached === 0 && this.#followed.has(runId)) return;
    const inspection = await child.inspectAgentToolRun(runId);
    const ended = inspection && isEnd(inspection) ? endingOf(inspection) : undefined;
    const aborted: Ending = {
      status: "aborted",
      ...(reason === undefined ? {} : { error: messageOf(reason) }),
    };
    const position = (await child.getAgentToolChunks(runId)).length;
    await this.#settle(run, ended ?? aborted, position, false);
  }

  /** Whether there is such a run. */
  has(agentType: string, runId: string): boolean {
    return this.#store.find(runId)?.agent_type === agentType;
  }

  /** Deletes runs with their agents, cancelling those that are under way. */
  async clear(options: { olderThan?: number; status?: AgentToolRunStatus[] } = {}): Promise<void> {
    const { olderThan = Number.POSITIVE_INFINITY, status } = options;
    for (const run of this.#store.list()) {
      if (run.started_at >= olderThan || (status && !status.includes(run.status))) continue;
      if (!hasEnded(run)) await this.#quietly(() => this.#drop(run));
      await this.#host.deleteChild(run.agent_type, run.run_id);
      this.#store.remove(run.run_id);
    }
  }

  /** Takes up what earlier lives of the agent left under way. */
  recover(): void {
    const left = this.#store.active();
    const waiting = this.#store.outstanding();
    if (left.length + waiting.length === 0) return;
    const { clock, emit } = this.#host;
    const begun = clock.now();
    emit("agent_tool:recovery:begin", { runCount: left.length });
    this.#host.background(async () => {
      if (waiting.length > 0) await this.#host.schedule(1, { cadenceIndex: 0 });
      await Promise.all(left.map((run) => this.#takeUp(run)));
      const elapsedMs = clock.now() - begun;
      emit("agent_tool:recovery:complete", { runCount: left.length, elapsedMs });
    });
  }

  /** Looks at detached runs: what has ended is told, what took too long is given up. */
  async tick(payload: DetachedReconcilePayload = {}): Promise<void> {
    const seconds = await reconcile(this.#store.outstanding(), payload.cadenceIndex ?? 0, {
      ...{ host: this.#host, store: this.#store, deliveries: this.#deliveries },
      isFollowed: (runId) => this.#followed.has(runId),
      settle: (run, ending, position) => this.#settle(run, ending, position),
      interrupt: (run, ending, position) => this.#interrupt(run, ending, position),
    });
    if (seconds === undefined) return;
    await this.#host.schedule(seconds, { cadenceIndex: (payload.cadenceIndex ?? 0) + 1 });
  }

  /** Tells a client that joins of the runs there are, the latest at most. */
  async replay(connection: { id: string; send(frame: string): void }): Promise<void> {
    const tell = (frame: string) => connection.send(frame);
    await this.#broadcasts.join(connection.id, tell, () =>
      replayRuns(this.#store, this.#host, tell),
    );
  }

  /** Whether there are runs at all; cheap. */
  get isUsed(): boolean {
    return this.#store.latest(1).length > 0;
  }

  /** Cancels a run that is about to be deleted; nobody follows it any more then. */
  async #drop(run: RunRow): Promise<void> {
    await this.#beginning.get(run.run_id)?.catch(() => undefined);
    await this.#quietly(() => this.#abort(run, "cleared"));
    await this.#settle(run, { status: "aborted", error: "cleared" }, 0, false);
    const followed = this.#followed.get(run.run_id);
    followed?.stop();
    await followed?.done;
  }

  #add(
    runId: string,
    agentType: string,
    options: RunAgentToolOptions,
    detached: Partial<NewRun> | undefined,
  ): RunRow {
    const preview = options.inputPreview ?? previewOf(options.input);
    this.#store.add({
      ...{ run_id: runId, agent_type: agentType, status: "starting" },
      started_at: this.#host.clock.now(),
      parent_tool_call_id: options.parentToolCallId ?? null,
      input_preview: preview === undefined ? null : (JSON.stringify(preview) ?? null),
      display_metadata: options.display ? JSON.stringify(options.display) : null,
      display_order: options.displayOrder ?? 0,
      event_delivery: options.eventDelivery === "terminal" ? "terminal" : null,
      ...detached,
    });
    const run = this.#store.find(runId);
    if (!run) throw new Error(`Run ${runId} was not stored`);
    this.#broadcasts.event(run, 0, startedEvent(run));
    return run;
  }

  async #begin(run: RunRow, { eventDelivery, input }: RunAgentToolOptions): Promise<void> {
    const child = await this.#host.child(run.agent_type, run.run_id);
    const how = { runId: run.run_id, ...(eventDelivery ? { eventDelivery } : {}) };
    await child.startAgentToolRun(input, how);
    this.#store.begun(run.run_id);
  }

  /** Waits for a run's end; aborting the signal cancels it. */
  async #wait(run: RunRow, signal: AbortSignal | undefined): Promise<RunAgentToolResult> {
    const isNew = run.status === "starting";
    const limits = isNew ? this.#patientLimits() : this.#reattachLimits();
    const cancel = () => void this.#quietly(() => this.#abort(run, signal?.reason));
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      await this.#follow(run, limits);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
    return resultOf(this.#read(run));
  }

  async #abort(run: RunRow, reason: unknown): Promise<void> {
    const child = await this.#host.child(run.agent_type, run.run_id);
    await child.cancelAgentToolRun(run.run_id, reason instanceof Error ? reason.message : reason);
  }

  /** Follows a run to its end; who asks for the same run meanwhile waits for the same end. */
  #follow(run: RunRow, limits: FollowLimits): Promise<void> {
    const known = this.#followed.get(run.run_id);
    if (known) return known.done;
    const controller = new AbortController();
    const done = this.#followToEnd(run, limits, controller.signal).finally(() => {
      this.#followed.delete(run.run_id);
    });
    this.#followed.set(run.run_id, { done, stop: () => controller.abort() });
    return done;
  }

  async #followToEnd(run: RunRow, limits: FollowLimits, signal: AbortSignal): Promise<void> {
    this.#store.begun(run.run_id);
    const ports = {
      clock: this.#host.clock,
      child: ({ agent_type, run_id }: RunRow) => this.#host.child(agent_type, run_id),
      chunk: (of: RunRow, chunk: AgentToolStoredChunk, position: number) =>
        this.#chunk(of, chunk, position),
    };
    const end: FollowEnd = await follow(run, limits, ports, signal);
    if ("stopped" in end) return;
    if ("inspection" in end) return this.#settle(run, endingOf(end.inspection), end.position);
    const isOver = end.interrupted === "window-exceeded";
    if (isOver) await this.#quietly(() => this.#abort(run, INTERRUPTIONS["window-exceeded"]));
    await this.#interrupt(
      run,
      {
        ...{ status: "interrupted", reason: end.interrupted, childStillRunning: !isOver },
        error: INTERRUPTIONS[end.interrupted],
      },
      end.position,
    );
  }

  async #chunk(run: RunRow, chunk: AgentToolStoredChunk, position: number): Promise<void> {
    const { body, unstoredId } = chunk;
    const progress = progressOf(body, this.#host.clock.now());
    if (progress || run.event_delivery !== "terminal") {
      const unstored = unstoredId === undefined ? {} : { unstoredId };
      const event = { kind: "chunk" as const, runId: run.run_id, body, ...unstored };
      this.#broadcasts.event(run, position + 1, event);
    }
    await this.#quietly(() => this.#host.onStreamed());
    if (!progress) return;
    this.#store.progressed(run.run_id, progress.at);
    await this.#quietly(() => this.#host.onProgress(infoOf(run), progress));
    if (progress.milestone === undefined) return;
    const { at, data, milestone: name } = progress;
    const reached = { name, at, sequence: position, ...(data === undefined ? {} : { data }) };
    await this.#quietly(() => this.#deliveries.milestones(run, [reached]));
  }

  /** Stores an end, tells clients, then the agent: once, whoever finds it first. */
  async #settle(run: RunRow, ending: Ending, position: number, serialize = true): Promise<void> {
    const isNew = this.#announce(run.run_id, ending, position);
    if (run.detached === 1) return this.#deliveries.deliver(run.run_id, "finish", serialize);
    if (!isNew) return;
    const ended = this.#read(run);
    await this.#quietly(() => this.#host.onFinish(infoOf(ended), lifecycleResultOf(ended)));
  }

  /** The same for a run that nobody waits for any more, though its agent may still end it. */
  async #interrupt(run: RunRow, ending: Ending, position: number): Promise<void> {
    if (!this.#announce(run.run_id, ending, position)) return;
    const ended = this.#read(run);
    if (run.detached === 1) return this.#deliveries.deliver(run.run_id, "give_up", true);
    await this.#quietly(() => this.#host.onFinish(infoOf(ended), lifecycleResultOf(ended)));
  }

  /** Stores an end and tells clients of it; false when the run has ended before. */
  #announce(runId: string, ending: Ending, position: number): boolean {
    if (!this.#store.end(runId, ending, this.#host.clock.now())) return false;
    const ended = this.#store.find(runId);
    const event = ended && endEvent(ended);
    if (event) this.#broadcasts.event(ended, position + 1, event);
    return true;
  }

  async #takeUp(run: RunRow): Promise<void> {
    const { emit } = this.#host;
    const { agent_type: agentType, run_id: runId } = run;
    const limits = this.#reattachLimits();
    emit("agent_tool:recovery:reattach", { runId, agentType, budgetMs: limits.noProgressMs });
    try {
      await this.#follow(run, limits);
      const { status } = this.#read(run);
      emit("agent_tool:recovery:row", { runId, agentType, status } as never);
    } catch (error) {
      emit("agent_tool:recovery:failed", { error: messageOf(error) });
    }
  }

  #read(run: RunRow): RunRow {
    return this.#store.find(run.run_id) ?? run;
  }

  /** Of a run that was begun just now: its agent may think as long as it likes. */
  #patientLimits(): FollowLimits {
    const { agentToolReattachNoProgressTimeoutMs: silenceMs } = this.#host.limits;
    const { POSITIVE_INFINITY: forEver } = Number;
    return { noProgressMs: forEver, windowMs: forEver, silenceMs };
  }

  #reattachLimits(): FollowLimits {
    const { limits } = this.#host;
    const noProgressMs = limits.agentToolReattachNoProgressTimeoutMs;
    const windowMs = limits.agentToolReattachMaxWindowMs;
    return { noProgressMs, windowMs, silenceMs: noProgressMs };
  }

  async #quietly(body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      await this.#host.onError(error);
    }
  }
}
