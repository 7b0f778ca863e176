/**
 * Calls of tools that run in the page: each runs in one tab, once.
 *
 * The agent says which tab may run a call (`cf_agent_tool_claim`); when that tab goes, another gets the
 * word. The published server does not answer: a tab takes silence for consent, as every tab does there.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { ClientFrame } from "../transport/frames.ts";
import { claimRequestFrame, readClaim } from "./tool-frames.ts";
import { isPending, type ToolPart, toolNameOf, toolPart } from "./tools.ts";

/** A call that waits for its output. */
export interface PendingCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

/** Milliseconds after which silence is consent. */
const CLAIM_TIMEOUT_MS = 300;
/** Milliseconds by which the tab that asked is ahead of the others. */
const OTHERS_DELAY_MS = 400;

type CallState = "waiting" | "claimed" | "running";

/** Decides which calls run here. */
export class ToolCalls {
  readonly #send: (data: string) => void;
  readonly #run: (call: PendingCall) => void;
  readonly #calls = new Map<string, { readonly call: PendingCall; readonly state: CallState }>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #answers: boolean | undefined;

  constructor(send: (data: string) => void, run: (call: PendingCall) => void) {
    this.#send = send;
    this.#run = run;
  }

  /** Takes the calls that wait for an output now. `isOurs`: this tab asked, or found them in the history. */
  consider(pending: readonly PendingCall[], isOurs: boolean): void {
    const open = new Set(pending.map(({ toolCallId }) => toolCallId));
    for (const id of this.#calls.keys()) if (!open.has(id)) this.#forget(id);
    for (const call of pending) {
      if (this.#calls.has(call.toolCallId)) continue;
      this.#calls.set(call.toolCallId, { call, state: "waiting" });
      this.#later(call.toolCallId, isOurs ? 0 : OTHERS_DELAY_MS, () => this.#claim(call));
    }
  }

  /** Takes a frame; the word of the server is for a call that this tab claimed. */
  hear(frame: ClientFrame): void {
    const claim = readClaim(frame);
    const known = claim && this.#calls.get(claim.toolCallId);
    if (!claim || known?.state !== "claimed") return;
    this.#answers = true;
    clearTimeout(this.#timers.get(claim.toolCallId));
    if (claim.granted) this.#start(known.call);
  }

  /** Another connection: what was claimed over the old one is claimed anew. */
  reopened(): void {
    for (const { call, state } of this.#calls.values()) if (state === "claimed") this.#claim(call);
  }

  /** Lets go of all calls; those that run go on. */
  close(): void {
    for (const id of [...this.#calls.keys()]) this.#forget(id);
  }

  #claim(call: PendingCall): void {
    if (this.#answers === false) {
      this.#start(call);
      return;
    }
    this.#calls.set(call.toolCallId, { call, state: "claimed" });
    this.#send(claimRequestFrame(call.toolCallId));
    if (this.#answers) return;
    this.#later(call.toolCallId, CLAIM_TIMEOUT_MS, () => {
      this.#answers ??= false;
      if (this.#answers === false) this.#start(call);
    });
  }

  #start(call: PendingCall): void {
    this.#calls.set(call.toolCallId, { call, state: "running" });
    this.#run(call);
  }

  #later(id: string, milliseconds: number, act: () => void): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(act, milliseconds));
  }

  #forget(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#calls.delete(id);
  }
}

/** The calls of the last answer that wait for an output of the page. */
export function pendingCalls(messages: readonly UIMessage[]): PendingCall[] {
  const last = messages.at(-1);
  if (last?.role !== "assistant") return [];
  return last.parts
    .map(toolPart)
    .filter((part): part is ToolPart => part !== undefined && waitsForOutput(part))
    .map((part) => ({
      toolCallId: part.toolCallId,
      toolName: toolNameOf(part),
      input: part.input,
    }));
}

function waitsForOutput(part: ToolPart): boolean {
  return part.state === "input-available" && isPending(part);
}
