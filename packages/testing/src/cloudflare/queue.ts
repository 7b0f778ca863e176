import { testErrors } from "../contract-errors.ts";
import { isExecutionContext, waitOnExecutionContext } from "./execution-context.ts";

export interface QueueMessageInit {
  readonly id: string;
  readonly timestamp: Date;
  readonly body: unknown;
  /** Default 1. */
  readonly attempts?: number;
}

const MAKING = Symbol("making");

/** What a consumer said of a batch. */
export interface QueueResult {
  readonly outcome: "ok" | "exception";
  readonly retryBatch: { readonly retry: boolean };
  readonly ackAll: boolean;
  readonly retryMessages: readonly { readonly msgId: string }[];
  readonly explicitAcks: readonly string[];
}

/**
 * What was decided so far. The first decision on a message, or on the batch, stands. Delays of retries
 * are accepted, and are no part of a result.
 */
class Verdict {
  readonly #acks = new Set<string>();
  readonly #retries = new Set<string>();
  #all: "ack" | "retry" | undefined;

  ack(id: string): void {
    if (this.#all !== undefined || this.#contradicts(this.#retries.has(id), id)) return;
    this.#acks.add(id);
  }

  retry(id: string): void {
    if (this.#all !== undefined || this.#contradicts(this.#acks.has(id), id)) return;
    this.#retries.add(id);
  }

  ackAll(): void {
    if (this.#all === undefined) this.#all = "ack";
    else if (this.#all === "retry")
      warn("The batch is to be retried already; ackAll() is ignored.");
  }

  retryAll(): void {
    if (this.#all === undefined) this.#all = "retry";
    else if (this.#all === "ack") warn("The batch is acknowledged already; retryAll() is ignored.");
  }

  result(outcome: QueueResult["outcome"]): QueueResult {
    return {
      outcome,
      retryBatch: { retry: this.#all === "retry" },
      ackAll: this.#all === "ack",
      retryMessages: Array.from(this.#retries, (msgId) => ({ msgId })),
      explicitAcks: [...this.#acks],
    };
  }

  #contradicts(isOtherwise: boolean, id: string): boolean {
    if (isOtherwise) warn(`Message ${id} was decided on already; the later call is ignored.`);
    return isOtherwise;
  }
}

class Message {
  readonly id: string;
  readonly timestamp: Date;
  readonly body: unknown;
  readonly attempts: number;
  readonly #verdict: Verdict;

  constructor(verdict: Verdict, { id, timestamp, body, attempts }: QueueMessageInit) {
    this.id = String(id);
    this.timestamp = new Date(timestamp);
    this.body = structuredClone(body);
    this.attempts = attempts ?? 1;
    this.#verdict = verdict;
  }

  ack(): void {
    this.#verdict.ack(this.id);
  }

  retry(): void {
    this.#verdict.retry(this.id);
  }
}

class MessageBatch {
  readonly queue: string;
  readonly messages: readonly Message[];
  readonly metadata: object = {
    metrics: { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: new Date(0) },
  };
  readonly #verdict = new Verdict();

  constructor(making: symbol, queue: string, messages: readonly QueueMessageInit[]) {
    if (making !== MAKING) throw testErrors.illegalConstructor();
    this.queue = queue;
    this.messages = messages.map((message) => new Message(this.#verdict, message));
  }

  ackAll(): void {
    this.#verdict.ackAll();
  }

  retryAll(): void {
    this.#verdict.retryAll();
  }

  static is(value: unknown): value is MessageBatch {
    return typeof value === "object" && value !== null && #verdict in value;
  }

  static result(batch: MessageBatch, outcome: QueueResult["outcome"]): QueueResult {
    return batch.#verdict.result(outcome);
  }
}

export function createMessageBatch(
  queue: string,
  messages: readonly QueueMessageInit[],
): MessageBatch {
  if (!Array.isArray(messages)) throw testErrors.wrongArgument("createMessageBatch", 2, "Array");
  return new MessageBatch(MAKING, String(queue), messages);
}

/** What a handler said of a batch, once everything given to `ctx.waitUntil()` has settled. */
export async function getQueueResult(batch: unknown, context: unknown): Promise<QueueResult> {
  const name = "getQueueResult";
  if (!MessageBatch.is(batch)) {
    throw testErrors.notMadeHere(name, 1, "MessageBatch", "'createMessageBatch()'");
  }
  if (!isExecutionContext(context)) {
    throw testErrors.notMadeHere(name, 2, "ExecutionContext", "'createExecutionContext()'");
  }
  await waitOnExecutionContext(context);
  return MessageBatch.result(batch, "ok");
}

export function resultOf(batch: MessageBatch, outcome: QueueResult["outcome"]): QueueResult {
  return MessageBatch.result(batch, outcome);
}

function warn(text: string): void {
  console.warn(text);
}
