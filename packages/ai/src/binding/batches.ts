import type { Clock, Random } from "@freehold/host";
import { InferenceUpstreamError } from "../ai-errors.ts";

type Run = (request: unknown) => Promise<unknown>;

interface Batch {
  readonly responses: (Outcome | undefined)[];
  readonly addedAt: number;
}

interface Outcome {
  readonly id: number;
  readonly success: boolean;
  readonly result?: unknown;
  readonly error?: string;
}

const KEPT_MS = 3_600_000;
const MOST_REQUESTS = 1000;
const AT_ONCE = 4;

/** Requests that are asked for later. They live as long as the process, and an hour at most. */
export class Batches {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #batches = new Map<string, Batch>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  add(model: string, requests: readonly unknown[], run: Run): object {
    if (requests.length === 0 || requests.length > MOST_REQUESTS) {
      throw new InferenceUpstreamError("BAD_INPUT", `expected 1 to ${MOST_REQUESTS} requests`);
    }
    const now = this.#clock.now();
    for (const [id, { addedAt }] of this.#batches) {
      if (now - addedAt > KEPT_MS) this.#batches.delete(id);
    }
    const id = Buffer.from(this.#random.bytes(16)).toString("hex");
    const responses = requests.map((): Outcome | undefined => undefined);
    this.#batches.set(id, { responses, addedAt: now });
    const left = Array.from(requests.entries());
    for (let worker = 0; worker < AT_ONCE; worker++) void drain(left, responses, run);
    return { status: "queued", request_id: id, model };
  }

  result(id: string): object {
    const batch = this.#batches.get(id);
    if (batch === undefined) {
      throw new InferenceUpstreamError("BAD_INPUT", `There is no batch ${id}.`);
    }
    const { responses } = batch;
    const isDone = responses.every((response) => response !== undefined);
    return isDone ? { responses } : { status: "running", request_id: id };
  }
}

async function drain(
  left: (readonly [number, unknown])[],
  responses: (Outcome | undefined)[],
  run: Run,
): Promise<void> {
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const [id, request] = next;
    responses[id] = await run(request).then(
      (result) => ({ id, success: true, result }),
      (error: unknown) => ({
        ...{ id, success: false },
        error: error instanceof Error ? error.message : String(error),
      }),
    );
  }
}
