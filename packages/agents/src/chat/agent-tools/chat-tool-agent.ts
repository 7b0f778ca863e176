/**
 * The part of a chat agent that runs as a tool of another, and that is told of runs of its own in the
 * background.
 *
 * @module
 */

import type { UIMessage } from "ai";
import { Agent } from "../../agent.ts";
import type {
  AgentToolEventDelivery,
  AgentToolLifecycleResult,
  AgentToolMilestone,
  AgentToolProgress,
  AgentToolRunInfo,
  AgentToolRunInspection,
  AgentToolStoredChunk,
} from "../../agent-tools/types.ts";
import type { SaveMessagesOptions, SaveMessagesResult } from "../types.ts";
import type { ChildRuns } from "./child-runs.ts";
import type { ChildHost } from "./host.ts";
import {
  completionText,
  inputMessage,
  latestAnswerText,
  milestoneText,
  noticeMessage,
  summaryOf,
} from "./words.ts";

type ChildWordsOf = Pick<ChildHost, "input" | "output" | "summary">;
type Messages = UIMessage[] | ((now: readonly UIMessage[]) => UIMessage[] | Promise<UIMessage[]>);

/** A chat agent, where it meets other agents. */
export abstract class ChatToolAgent<
  Env extends Cloudflare.Env = Cloudflare.Env,
  State = unknown,
  Props extends object = object,
> extends Agent<Env, State, Props> {
  /** @internal The runs of this agent as a tool. */
  abstract readonly _childRuns: ChildRuns;
  /** @internal Resolves when no turn runs or waits. */
  abstract _idle(): Promise<void>;
  abstract readonly messages: UIMessage[];
  abstract saveMessages(
    messages: Messages,
    options?: SaveMessagesOptions,
  ): Promise<SaveMessagesResult>;
  abstract persistMessages(messages: UIMessage[]): Promise<void>;

  /** @internal What this agent's author says of its runs. */
  protected get _childWords(): ChildWordsOf {
    return {
      input: (input, runId) => this.formatAgentToolInput(input, { runId }),
      output: (run, after) => this.getAgentToolOutput(run, after),
      summary: (run, output, after) => this.getAgentToolSummary(run, output, after),
    };
  }

  /** What a run is asked, as the user's message. Default: a text as it is, else as JSON. */
  protected formatAgentToolInput(input: unknown, request: { runId: string }): UIMessage {
    return inputMessage(input, request.runId);
  }

  /** What a run gives back, from the messages after its input. Default: the last answer's text. */
  protected getAgentToolOutput(
    _request: { runId: string; input: unknown },
    messagesAfterStart: readonly UIMessage[],
  ): unknown {
    return latestAnswerText(messagesAfterStart);
  }

  /** What a run gives back in words. Default: the output if it is a text, else the last answer. */
  protected getAgentToolSummary(
    _request: { runId: string; input: unknown },
    output: unknown,
    messagesAfterStart: readonly UIMessage[],
  ): string {
    return summaryOf(output, messagesAfterStart);
  }

  /** What the conversation is told of the end of a run in the background. */
  protected formatDetachedCompletion(
    run: AgentToolRunInfo,
    result: AgentToolLifecycleResult,
  ): string {
    return completionText(run, result);
  }

  /** What the conversation is told of a milestone of a run in the background. */
  protected formatDetachedMilestone(run: AgentToolRunInfo, milestone: AgentToolMilestone): string {
    return milestoneText(run, milestone);
  }

  /**
   * Tells of progress while this agent runs as a tool: shown live in the chat it was called from, at
   * most every 200 ms. A word with `milestone`, or with `persist`, is kept.
   *
   * @example
   * ```ts
   * await this.reportProgress({ fraction: 0.5, message: "Half of the pages read" });
   * ```
   */
  override async reportProgress<T = unknown>(
    progress: AgentToolProgress<T>,
    options?: { persist?: boolean },
  ): Promise<void> {
    this._childRuns.progress.report(progress, options);
  }

  /** Begins a run as a tool; called by the agent that has it run. */
  async startAgentToolRun(
    input: unknown,
    options: { runId: string; signal?: AbortSignal; eventDelivery?: AgentToolEventDelivery },
  ): Promise<AgentToolRunInspection> {
    return this._childRuns.begin(input, options.runId, options.eventDelivery);
  }

  /** Ends a run. What it ran itself ends with it. */
  async cancelAgentToolRun(runId: string, reason?: unknown): Promise<void> {
    this._childRuns.cancel(runId, reason);
  }

  /** What is known of a run; null when nothing is. */
  async inspectAgentToolRun(
    runId: string,
    _options?: { reconcile?: boolean },
  ): Promise<AgentToolRunInspection | null> {
    return this._childRuns.inspect(runId) ?? null;
  }

  /** The chunks of a run's answer so far. */
  async getAgentToolChunks(
    runId: string,
    options: { afterSequence?: number } = {},
  ): Promise<AgentToolStoredChunk[]> {
    return this._childRuns.chunks(runId, options.afterSequence);
  }

  /** The chunks of a run's answer as they come, each a line of JSON; ends with the run. */
  async tailAgentToolRun(
    runId: string,
    options: { afterSequence?: number; signal?: AbortSignal } = {},
  ): Promise<ReadableStream<AgentToolStoredChunk>> {
    return this._childRuns.tail(runId, options.afterSequence);
  }

  /** @internal The end of a run in the background, told to the conversation. */
  async _cfDetachedNotifyFinish(
    run: AgentToolRunInfo,
    result: AgentToolLifecycleResult,
  ): Promise<void> {
    const { status } = result;
    const text = this.formatDetachedCompletion(run, result);
    const id = `detached-finish:${run.runId}:${status}`;
    await this.#tell(noticeMessage(run, { id, role: "user", text }, { status }));
  }

  /** @internal A milestone of a run in the background, told to the conversation. */
  protected override async _deliverDetachedMilestone(
    run: AgentToolRunInfo,
    milestone: AgentToolMilestone,
    mode: "react" | "narrate",
  ): Promise<void> {
    const text = this.formatDetachedMilestone(run, milestone);
    const role = mode === "react" ? "user" : "assistant";
    const about = { id: `detached-ms:${run.runId}:${milestone.name}`, role, text } as const;
    await this.#tell(noticeMessage(run, about, { milestone: milestone.name }));
  }

  /** @internal Between turns, unless the turn that runs is what ended the run. */
  protected override async _runDetachedDelivery(
    invoke: () => Promise<void>,
    options: { serialize?: boolean } = {},
  ): Promise<void> {
    if (options.serialize) await this._idle();
    await invoke();
  }

  /** Once for each notice, however often it is told. What a user would say is answered. */
  async #tell(notice: UIMessage): Promise<void> {
    if (this.messages.some(({ id }) => id === notice.id)) return;
    if (notice.role === "assistant") return this.persistMessages([...this.messages, notice]);
    const told = this.saveMessages((now) => [...now, notice]);
    told.catch((error: unknown) => console.error("[AIChatAgent] A notice failed:", error));
  }
}
