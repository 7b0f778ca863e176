/**
 * A chat as a tool of another agent: each run is one turn, which its parent follows chunk by chunk.
 *
 * @module
 */

import type {
  AgentToolEventDelivery,
  AgentToolRunInspection,
  AgentToolStoredChunk,
} from "../../agent-tools/types.ts";
import { messageOf } from "../../errors.ts";
import type { DurableObjectCapability } from "../../lifecycle/capability.ts";
import type { ClientFrame } from "../../wire.ts";
import { ChatMessageType, type ChatResponseFrame, readResponse } from "../wire.ts";
import { type ChildEnding, type ChildRun, ChildStore } from "./child-store.ts";
import type { ChildHost, ChildTurnEnd } from "./host.ts";
import { AgentToolProgressEmitter, progressChunks } from "./progress.ts";
import { Tails } from "./tails.ts";
import { ChildWords } from "./words.ts";

/** What is remembered of a run while it is under way. */
interface Live {
  readonly runId: string;
  readonly isTerminalOnly: boolean;
  /** Stored chunks of the run's earlier requests. */
  readonly base: number;
  /** Words of the last error that was sent. */
  error?: string;
}

/** The runs of one chat, as a capability of its agent. */
export class ChildRuns implements DurableObjectCapability {
  readonly capabilityId = "chat-runs";
  readonly progress: AgentToolProgressEmitter;
  readonly #host: ChildHost;
  readonly #store: ChildStore;
  readonly #tails = new Tails();
  /** Runs under way, by the request that answers them. */
  readonly #live = new Map<string, Live>();
  /** Runs whose first turn has not ended in this life. */
  readonly #asked = new Set<string>();
  #answering: string | undefined;

  constructor(host: ChildHost) {
    this.#host = host;
    this.#store = new ChildStore(host.sql);
    this.progress = new AgentToolProgressEmitter(
      {
        resolveActiveRun: () => this.#activeRun(),
        broadcast: (requestId, body) => host.send(requestId, body),
        persistSnapshot: (runId, snapshot, at) => this.#store.progressed(runId, snapshot, at),
        persistMilestone: (runId, name, data, at) => this.#store.reached(runId, name, data, at),
      },
      host.clock,
    );
  }

  /** Begins a run and returns at once. One that was begun before is not begun again. */
  begin(
    input: unknown,
    runId: string,
    eventDelivery: AgentToolEventDelivery | undefined,
  ): AgentToolRunInspection {
    const known = this.inspect(runId);
    if (known) return known;
    const requestId = this.#host.random.id();
    const startedAt = this.#host.clock.now();
    this.#store.add({ runId, requestId, input, startedAt, eventDelivery });
    this.#run(this.#read(runId));
    return this.#read(runId).inspection;
  }

  /** Takes up what an earlier life of the agent began and did not come to. After the chat's start. */
  onStart(): void {
    for (const run of this.#store.active()) {
      if (run.requestId === null) continue;
      if (this.#host.isUnderWay(run.requestId)) {
        this.#live.set(run.requestId, liveOf(run, this.#earlier(run)));
        continue;
      }
      const { id } = this.#host.input(run.input, run.runId);
      const isAsked = this.#host.messages.some((message) => message.id === id);
      if (isAsked) this.#end(run, { status: "error", error: ChildWords.LOST });
      else this.#run(run);
    }
  }

  /** Ends a run; one that has ended stays as it is. */
  cancel(runId: string, reason: unknown): void {
    const run = this.#store.find(runId);
    if (!run || !isActive(run)) return;
    const why = reason === undefined || reason === null ? undefined : messageOf(reason);
    this.#end(run, { status: "aborted", ...(why === undefined ? {} : { error: why }) });
    if (run.requestId !== null) this.#host.abort(run.requestId, reason);
  }

  /** What is known of a run; undefined when nothing is. */
  inspect(runId: string): AgentToolRunInspection | undefined {
    const run = this.#store.find(runId);
    if (!run || !isActive(run) || run.requestId === null) return run?.inspection;
    const isUnderWay = this.#asked.has(runId) || this.#host.isUnderWay(run.requestId);
    if (!isUnderWay) this.#end(run, { status: "error", error: ChildWords.LOST });
    return this.#read(runId).inspection;
  }

  /** The stored chunks of a run behind a position. */
  chunks(runId: string, after = -1): AgentToolStoredChunk[] {
    const run = this.#store.find(runId);
    if (!run) return [];
    const chunks: AgentToolStoredChunk[] = [];
    let sequence = 0;
    for (const requestId of this.#store.requests(run)) {
      for (const body of this.#host.chunks(requestId)) {
        if (sequence > after) chunks.push({ sequence, body });
        sequence++;
      }
    }
    return chunks;
  }

  /** The chunks of a run behind a position, then those to come, to its end: a line of JSON each. */
  tail(runId: string, after = -1): ReadableStream<AgentToolStoredChunk> {
    const run = this.#store.find(runId);
    const asides = run ? progressChunks(run.inspection) : [];
    const isOver = !run || !isActive(run);
    return this.#tails.open(runId, { after, asides, isOver, stored: this.chunks(runId, after) });
  }

  /**
   * The agent is being asked for an answer. A turn that takes up a run's interrupted one answers
   * that run from now on.
   */
  answering(requestId: string): void {
    this.#answering = requestId;
    if (this.#live.has(requestId)) return;
    for (const run of this.#store.active()) {
      if (!this.#isFor(run)) continue;
      const earlier = this.chunks(run.runId).length;
      if (run.requestId !== null) this.#live.delete(run.requestId);
      this.#store.rebind(run, requestId);
      this.#live.set(requestId, liveOf(run, earlier));
      return;
    }
  }

  /** A turn has ended, by itself or as one that took up another. */
  ended(requestId: string, end: ChildTurnEnd): void {
    if (this.#answering === requestId) this.#answering = undefined;
    const live = this.#live.get(requestId);
    const run = live && this.#store.find(live.runId);
    if (!live || !run || !isActive(run)) return;
    this.#end(run, this.#endingOf(run, live, end));
  }

  /**
   * A frame of an answer on its way to clients: followers of its run get the chunk. Answers whether
   * the frame is kept from the agent's own clients.
   */
  #sent(frame: ChatResponseFrame): boolean {
    const live = this.#live.get(frame.id);
    if (!live || frame.replay) return false;
    if (frame.error) live.error = frame.body;
    else if (frame.seq !== undefined && frame.body !== "") {
      const chunk = { sequence: live.base + frame.seq, body: frame.body };
      this.#tails.chunk(live.runId, chunk);
    } else if (frame.body !== "" && !frame.done) this.#tails.aside(live.runId, frame.body);
    return live.isTerminalOnly && !frame.done && !frame.error;
  }

  /** A frame for everyone is about to be sent; true keeps it back. */
  sees(frame: string): boolean {
    if (this.#live.size === 0 || !frame.includes(ChatMessageType.CF_AGENT_USE_CHAT_RESPONSE)) {
      return false;
    }
    const response = readResponse(JSON.parse(frame) as ClientFrame);
    return response !== undefined && this.#sent(response);
  }

  #run(run: ChildRun): void {
    const { input, requestId, runId } = run;
    if (requestId === null) return;
    this.#live.set(requestId, liveOf(run, 0));
    this.#asked.add(runId);
    const turn = { requestId, message: this.#host.input(input, runId) };
    const answered = this.#host.awake(() =>
      this.#host.answer({ ...turn, body: { agentToolInput: input } }),
    );
    const failed = (error: unknown) => ({ status: "error" as const, error: messageOf(error) });
    answered.catch(failed).then((end) => {
      this.#asked.delete(runId);
      // One that was put off goes on later.
      if (!this.#host.isUnderWay(requestId)) this.ended(requestId, end);
    });
  }

  #end(run: ChildRun, ending: ChildEnding): void {
    if (!this.#store.end(run.runId, ending, this.#host.clock.now())) return;
    this.progress.forget(run.runId);
    this.#tails.close(run.runId);
    if (run.requestId !== null) this.#live.delete(run.requestId);
  }

  #endingOf(run: ChildRun, live: Live, end: ChildTurnEnd): ChildEnding {
    if (!end || end.status === "skipped") return { status: "error", error: ChildWords.SKIPPED };
    if (end.status === "aborted") return { status: "aborted" };
    if (end.status === "error") {
      return { status: "error", error: end.error ?? live.error ?? ChildWords.LOST };
    }
    const { input, runId } = run;
    const { id } = this.#host.input(input, runId);
    const { messages } = this.#host;
    const after = messages.slice(messages.findIndex((message) => message.id === id) + 1);
    try {
      const output = this.#host.output({ runId, input }, after);
      const summary = this.#host.summary({ runId, input }, output, after);
      return { status: "completed", output, summary };
    } catch (error) {
      return { status: "error", error: messageOf(error) };
    }
  }

  /** Whether the conversation's last question is a run's input. */
  #isFor({ input, runId }: ChildRun): boolean {
    const question = this.#host.messages.findLast(({ role }) => role === "user");
    return question?.id === this.#host.input(input, runId).id;
  }

  /** Chunks of the requests before the run's present one. */
  #earlier(run: ChildRun): number {
    const requests = this.#store.requests(run).slice(0, -1);
    return requests.reduce((sum, id) => sum + [...this.#host.chunks(id)].length, 0);
  }

  #activeRun(): { runId: string; requestId: string } | null {
    const requestId = this.#answering;
    const live = requestId === undefined ? undefined : this.#live.get(requestId);
    return live && requestId !== undefined ? { runId: live.runId, requestId } : null;
  }

  #read(runId: string): ChildRun {
    const run = this.#store.find(runId);
    if (!run) throw new Error(`Run ${runId} was not stored`);
    return run;
  }
}

function liveOf({ eventDelivery, runId }: ChildRun, base: number): Live {
  return { runId, base, isTerminalOnly: eventDelivery === "terminal" };
}

function isActive({ status }: ChildRun): boolean {
  return status === "starting" || status === "running";
}
