/**
 * The tools of a chat: what clients answer to the calls of the model, and what follows from it.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { Connection } from "../../connections/types.ts";
import type { ClientFrame } from "../../wire.ts";
import { Claims } from "./claims.ts";
import { Continuations } from "./continuations.ts";
import { Deadlines } from "./deadlines.ts";
import {
  claimFrame,
  readToolApproval,
  readToolCallId,
  readToolResult,
  type ToolApproval,
  ToolFrameType,
  type ToolResult,
} from "./frames.ts";
import type { ToolHost } from "./host.ts";
import {
  clientResolvableToolNames,
  isOpenCall,
  isToolPart,
  partAwaitsClientInteraction,
  toolNameOf,
} from "./parts.ts";
import { repairInterruptedToolParts } from "./repair.ts";
import {
  applyToolUpdate,
  evenIfMended,
  overdueUpdate,
  type ToolPartUpdate,
  toolApprovalUpdate,
  toolResultUpdate,
} from "./updates.ts";

/** How often, and how far apart in milliseconds, a call is looked for that is not known yet. */
const LOOK_UPS = 10;
const LOOK_UP_INTERVAL_MS = 100;

/** Takes the frames of tools. */
export class ToolRoom {
  readonly #host: ToolHost;
  readonly #continuations: Continuations;
  readonly #claims = new Claims<Connection>();
  readonly #deadlines: Deadlines;
  /** Grows with each emptying of the history. */
  #era = 0;
  #applying = 0;

  constructor(host: ToolHost) {
    this.#host = host;
    this.#continuations = new Continuations(host);
    this.#deadlines = new Deadlines(host, (toolCallId) => this.#expire(toolCallId));
  }

  /** The agent has started and its conversation is in memory. */
  start(): void {
    this.#continuations.start();
    this.#setDeadlines();
  }

  /** The history was emptied: nothing that was asked or promised counts any more. */
  reset(): void {
    this.#era++;
    this.#continuations.reset();
    this.#claims.clear();
    this.#deadlines.reset();
  }

  /** A turn ended, and what it said is stored: a continuation may wait for that. */
  settled(): void {
    this.#continuations.settled();
    this.#setDeadlines();
  }

  /** Somebody stops the continuation with this id; false when none is to come by it. */
  stopContinuation(requestId: string): boolean {
    return this.#continuations.stop(requestId);
  }

  /** A turn was stopped: no continuation follows on the calls in its answer. */
  stopped({ parts }: UIMessage): void {
    this.#continuations.stopped((id) => parts.some((part) => isCall(part, id)));
  }

  /** A connection has gone: another tab runs what it was to run. */
  leave(connection: Connection): void {
    for (const [toolCallId, next] of this.#claims.leave(connection)) {
      this.#host.send(next, claimFrame(toolCallId, true));
    }
  }

  /**
   * To be called in every turn before the agent is asked: mends what earlier turns left open.
   * `continuation` says whether the turn goes on with the last answer. One that does not would be
   * refused by the AI SDK as long as a call has no result, so calls of clients are mended as well: a
   * result that comes late takes the place of that.
   */
  beforeTurn(turn: { readonly requestId: string; readonly continuation: boolean }): void {
    const { continuation, requestId } = turn;
    const { messages } = this.#host;
    const clientTools = this.#clientTools();
    const repaired = repairInterruptedToolParts([...messages], {
      repairPart: (part) => this.#host.repair(part),
      shouldRepair: (part) =>
        !partAwaitsClientInteraction(part, continuation ? clientTools : new Set()),
      repairApprovalResponded: !continuation && !this.#continuations.isWanted,
    });
    const { messages: mended, ...counts } = repaired;
    const changed = mended.filter((message, index) => message !== messages[index]);
    if (changed.length === 0) return;
    this.#host.persist(changed);
    for (const toolCallId of counts.toolCallIds) this.#deadlines.settle(toolCallId);
    this.#host.emit("chat:transcript:repaired", { requestId, ...counts });
  }

  /** Whether a continuation is about to begin by itself. */
  get hasArmedContinuation(): boolean {
    return this.#continuations.isArmed;
  }

  /** Whether what a client said is being applied. */
  get isApplying(): boolean {
    return this.#applying > 0;
  }

  /** Whether a call waits for a result or for a person's word. */
  hasPendingInteraction(): boolean {
    return this.#someCall(isOpenCall);
  }

  /** Whether a call waits for a client; those of the server's own tools do not count. */
  hasPendingClientInteraction(): boolean {
    const clientTools = this.#clientTools();
    return this.#someCall((part) => partAwaitsClientInteraction(part, clientTools));
  }

  /** Whether a call of `message`, or of the conversation, waits for a client. */
  awaitsClient({ parts }: UIMessage): boolean {
    const clientTools = this.#clientTools();
    const waits = parts.some((part) => partAwaitsClientInteraction(part, clientTools));
    return waits || this.hasPendingClientInteraction();
  }

  /** A frame for which `isToolFrame` holds. Resolves when it has been applied. */
  async receive(connection: Connection, frame: ClientFrame): Promise<void> {
    if (frame.type === ToolFrameType.CF_AGENT_TOOL_RESULT) {
      const result = readToolResult(frame);
      if (result) await this.#result(connection, result);
    } else if (frame.type === ToolFrameType.CF_AGENT_TOOL_APPROVAL) {
      const approval = readToolApproval(frame);
      if (approval) await this.#approval(connection, approval);
    } else {
      const toolCallId = readToolCallId(frame);
      if (toolCallId !== undefined) this.#claim(connection, toolCallId);
    }
  }

  async #result(connection: Connection, result: ToolResult): Promise<void> {
    const { toolCallId, toolName, output, state, errorText, clientTools } = result;
    this.#host.emit("tool:result", { toolCallId, toolName });
    if (clientTools) this.#host.saveExtras({ ...this.#host.extras, clientTools });
    const override = state === "output-error" ? state : undefined;
    const update = toolResultUpdate(toolCallId, output, override, errorText);
    const clients = this.#clientTools();
    const late = evenIfMended(update, (part) => clients.has(toolNameOf(part)));
    await this.#apply(connection, late, result.autoContinue);
  }

  async #approval(connection: Connection, approval: ToolApproval): Promise<void> {
    const { toolCallId, approved, reason } = approval;
    this.#host.emit("tool:approval", { toolCallId, approved });
    const update = toolApprovalUpdate(toolCallId, approved, reason);
    await this.#apply(connection, update, approval.autoContinue);
  }

  #claim(connection: Connection, toolCallId: string): void {
    const isOpen = this.#someCall((part) => isOpenCall(part) && isCall(part, toolCallId));
    const granted = isOpen && this.#claims.claim(toolCallId, connection);
    this.#host.send(connection, claimFrame(toolCallId, granted));
  }

  /** Applies a change; the call may come a little later than what is said of it. */
  async #apply(connection: Connection, update: ToolPartUpdate, goOn: boolean): Promise<void> {
    const era = this.#era;
    this.#applying++;
    try {
      for (let looked = 0; looked <= LOOK_UPS; looked++) {
        if (looked > 0) await this.#host.clock.sleep(LOOK_UP_INTERVAL_MS);
        if (era !== this.#era) return;
        if (this.#applied(connection, update, goOn)) return;
        if (this.#isKnown(update.toolCallId)) return;
      }
    } finally {
      this.#applying--;
    }
    console.warn(
      `[AIChatAgent] _applyToolResult: Could not find message with toolCallId ${update.toolCallId} after retries`,
    );
  }

  /** Nobody has answered a call in time: it fails, and the answer goes on. */
  #expire(toolCallId: string): void {
    const update = overdueUpdate(toolCallId, this.#host.settings.clientToolTimeoutMs);
    this.#applied(undefined, update, true);
  }

  /** The calls of the last answer that wait for a client's result are given until a certain time. */
  #setDeadlines(): void {
    const clientTools = this.#clientTools();
    const last = this.#host.messages.findLast(({ role }) => role === "assistant");
    const waiting = (last?.parts ?? []).flatMap((part) =>
      isToolPart(part) &&
      part.state === "input-available" &&
      partAwaitsClientInteraction(part, clientTools)
        ? [part.toolCallId]
        : [],
    );
    this.#deadlines.set(waiting);
  }

  /** Whether the change found its call. Stores it together with the continuation it asks for. */
  #applied(connection: Connection | undefined, update: ToolPartUpdate, goOn: boolean): boolean {
    const { all, inFlight } = this.#host;
    // From the newest on: providers may use the id of a call again in a later turn.
    for (const message of [...all, ...(inFlight ? [inFlight] : [])].toReversed()) {
      if (message.role !== "assistant") continue;
      const parts = message.parts as unknown as Record<string, unknown>[];
      const changed = applyToolUpdate(parts, update);
      if (!changed) continue;
      if (changed.parts === parts) return true;
      const after = { ...message, parts: changed.parts as unknown as UIMessage["parts"] };
      this.#host.transaction(() => {
        this.#host.update(after);
        if (goOn) this.#want(connection, update.toolCallId);
        else this.#continuations.changed();
      });
      this.#claims.settle(update.toolCallId);
      this.#deadlines.settle(update.toolCallId);
      return true;
    }
    return false;
  }

  #want(connection: Connection | undefined, toolCallId: string): void {
    const { extras } = this.#host;
    this.#continuations.want({ connectionId: connection?.id ?? null, toolCallId, extras });
  }

  #isKnown(toolCallId: string): boolean {
    return this.#someCall((part) => isCall(part, toolCallId) && !isUnderWay(part));
  }

  #clientTools(): Set<string> {
    const { extras, observedTools } = this.#host;
    return new Set([...clientResolvableToolNames(extras.clientTools), ...observedTools]);
  }

  #someCall(is: (part: UIMessage["parts"][number]) => boolean): boolean {
    const { all, inFlight } = this.#host;
    return [...all, ...(inFlight ? [inFlight] : [])].some(
      ({ role, parts }) => role === "assistant" && parts.some(is),
    );
  }
}

function isCall(part: unknown, toolCallId: string): boolean {
  return isToolPart(part) && part.toolCallId === toolCallId;
}

/** Its input still comes in: it will be ready for an answer. */
function isUnderWay(part: unknown): boolean {
  return isToolPart(part) && part.state === "input-streaming";
}
