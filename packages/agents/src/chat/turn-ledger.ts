/**
 * Turns as they are stored: from the moment at which a message is accepted until its turn has ended,
 * a task of the object stands for it, so that no crash leaves it without an end.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { TaskStep } from "../tasks/types.ts";
import type { ChatHost } from "./host.ts";
import { type StoredTurn, type TurnSnapshot, unwrapTurn, wrapTurn } from "./recovery/snapshot.ts";
import { ChatKeyPrefix, ChatTask } from "./schema.ts";
import type { ChatResponseResult } from "./types.ts";

/** A turn of an earlier life that has not ended. */
export interface LeftTurn extends StoredTurn {
  readonly runId: string;
}

/** What the ledger calls. */
export interface LedgerPorts {
  /** A task runs, so the agent has started. */
  noteStarted(): void;
  /** Runs a turn that an earlier life left, or that was put off; resolves at its end. */
  revive(turn: LeftTurn): Promise<unknown>;
}

/** How a turn ended, for the agent to be told. */
export type EndedTurn = Omit<ChatResponseResult, "message"> & { readonly message: UIMessage };

/** One attempt of a turn's task, over which a turn may be put off. */
const STEP = { retries: { limit: 1 }, timeout: "1 day" } as const;
const RUN_PREFIX = "chat_";

/** Remembers accepted turns. */
export class TurnLedger {
  readonly #host: ChatHost;
  /** Turns that run or wait in this life, by the id of their run. */
  readonly #live = new Map<string, PromiseWithResolvers<void>>();
  #order: number | undefined;

  constructor(host: ChatHost, ports: LedgerPorts) {
    this.#host = host;
    host.tasks.register(ChatTask.TURN, (input, step) => this.#attend(input, step, ports));
  }

  /** Stores a turn in the caller's transaction, and holds it; from then on it will have an end. */
  accept(snapshot: Omit<TurnSnapshot, "order" | "startedAt">, user: unknown = null): string {
    const { clock, kv, random } = this.#host;
    const nonce = random.id();
    const runId = RUN_PREFIX + nonce;
    this.#order ??= this.#lastOrder();
    const numbered = { startedAt: clock.now(), ...snapshot, order: ++this.#order };
    kv.put(key(runId), wrapTurn({ snapshot: numbered, user }));
    this.hold(runId);
    // In this life nothing depends on the task; it is there for the next.
    this.#stand(runId, numbered).catch((error) => this.#host.failed(error));
    return runId;
  }

  /** A turn runs or waits in this life, until it is released. */
  hold(runId: string): void {
    if (!this.#live.has(runId)) this.#live.set(runId, Promise.withResolvers());
  }

  /** A turn has ended, or is put off: nothing of this life works on it. */
  release(runId: string): void {
    this.#live.get(runId)?.resolve();
    this.#live.delete(runId);
  }

  /** Lets go of turns whose acceptance was rolled back. */
  sweep(): void {
    for (const runId of [...this.#live.keys()]) {
      const isThere = [ChatKeyPrefix.TURN, ChatKeyPrefix.ENDED].some(
        (prefix) => this.#host.kv.get(prefix + runId) !== undefined,
      );
      if (!isThere) this.release(runId);
    }
  }

  read(runId: string): StoredTurn | undefined {
    return unwrapTurn(this.#host.kv.get(key(runId)));
  }

  /** Whether a request's turn has not ended, or the agent was not told of its end. */
  stands(requestId: string): boolean {
    const turns = [...this.#host.kv.list<unknown>({ prefix: ChatKeyPrefix.TURN })];
    return (
      turns.some(([, value]) => {
        const snapshot = unwrapTurn(value)?.snapshot;
        return snapshot?.requestId === requestId || snapshot?.recoveryRootRequestId === requestId;
      }) || this.untold().some(({ ended }) => ended.requestId === requestId)
    );
  }

  /** Changes what is stored of a turn; nothing happens when it has ended. */
  update(runId: string, change: Partial<TurnSnapshot>): void {
    const stored = this.read(runId);
    if (!stored) return;
    const snapshot = { ...stored.snapshot, ...change };
    this.#host.kv.put(key(runId), wrapTurn({ ...stored, snapshot }));
  }

  /** Stores what the agent stashed. */
  stash(runId: string, user: unknown): void {
    const stored = this.read(runId);
    if (stored) this.#host.kv.put(key(runId), wrapTurn({ ...stored, user }));
  }

  /** Somebody cancels a turn: after a crash it is not taken up again. */
  cancel(requestId: string): void {
    for (const runId of this.#live.keys()) {
      const snapshot = this.read(runId)?.snapshot;
      if (snapshot?.requestId === requestId || snapshot?.recoveryRootRequestId === requestId) {
        this.update(runId, { cancelled: true });
      }
    }
  }

  /** The history is emptied: no turn is taken up again. In the caller's transaction. */
  clear(): void {
    for (const prefix of [ChatKeyPrefix.TURN, ChatKeyPrefix.ENDED]) {
      for (const [name] of [...this.#host.kv.list({ prefix })]) this.#host.kv.delete(name);
    }
  }

  /** A turn has ended, in the caller's transaction; `ended` is what the agent is to be told. */
  end(runId: string, ended?: EndedTurn): void {
    this.#host.kv.delete(key(runId));
    if (!ended) return;
    const { message, ...rest } = ended;
    this.#host.kv.put(ChatKeyPrefix.ENDED + runId, { ...rest, messageId: message.id });
  }

  /** The agent was told. */
  told(runId: string): void {
    this.#host.kv.delete(ChatKeyPrefix.ENDED + runId);
  }

  /** Turns of earlier lives that have not ended, in the order in which they were accepted. */
  left(): LeftTurn[] {
    const turns = [...this.#host.kv.list<unknown>({ prefix: ChatKeyPrefix.TURN })].flatMap(
      ([name, value]) => {
        const runId = name.slice(ChatKeyPrefix.TURN.length);
        const stored = unwrapTurn(value);
        return stored && !this.#live.has(runId) ? [{ runId, ...stored }] : [];
      },
    );
    return turns.sort(byOrder);
  }

  /** Ends of turns that the agent was not told of in an earlier life. */
  untold(): { readonly runId: string; readonly ended: Omit<EndedTurn, "message"> & Told }[] {
    return [...this.#host.kv.list<never>({ prefix: ChatKeyPrefix.ENDED })].map(([name, ended]) => {
      return { runId: name.slice(ChatKeyPrefix.ENDED.length), ended };
    });
  }

  /** Makes sure that a task stands for a turn that is left: the crash may have come before it. */
  async guard(turn: LeftTurn): Promise<void> {
    const { tasks } = this.#host;
    if ((await tasks.get(turn.runId)) === null) await this.#stand(turn.runId, turn.snapshot);
  }

  async #stand(runId: string, { continuation, requestId }: TurnSnapshot): Promise<void> {
    const nonce = runId.slice(RUN_PREFIX.length);
    const options = { runId, metadata: { requestId }, retain: false };
    await this.#host.tasks.__DO_NOT_USE_WILL_BREAK__runAttached(
      ChatTask.TURN,
      { requestId, continuation, nonce },
      options,
    );
  }

  /** The task of a turn: waits for its end, again and again when it is put off. */
  async #attend(
    input: unknown,
    step: TaskStep,
    { noteStarted, revive }: LedgerPorts,
  ): Promise<void> {
    noteStarted();
    const { nonce } = (input ?? {}) as { nonce?: unknown };
    if (typeof nonce !== "string") return;
    const runId = RUN_PREFIX + nonce;
    for (let before = -1; ; ) {
      const stored = this.read(runId);
      const live = this.#live.get(runId)?.promise;
      if (!stored && !live) return;
      const { notBefore = 0, waits = 0 } = stored?.snapshot ?? {};
      if (waits === before) return;
      before = waits;
      if (!live && notBefore > this.#host.clock.now()) {
        await step.sleepUntil(`backoff-${waits}`, notBefore);
      }
      const done = live ?? (stored ? revive({ runId, ...stored }) : undefined);
      const name = waits === 0 ? "model-turn" : `model-turn-${waits}`;
      await step.do(name, STEP, async () => void (await done));
    }
  }

  #lastOrder(): number {
    return Math.max(0, ...this.left().map(({ snapshot }) => snapshot.order ?? 0));
  }
}

/** What is stored in place of the message. */
interface Told {
  readonly messageId: string;
}

function byOrder({ snapshot: a }: LeftTurn, { snapshot: b }: LeftTurn): number {
  return (a.order ?? 0) - (b.order ?? 0) || a.startedAt - b.startedAt;
}

function key(runId: string): string {
  return ChatKeyPrefix.TURN + runId;
}
