import type { Step } from "../support.ts";
import { eventsFor, type Node, run, World } from "./program.ts";

/**
 * A platform with no disk, no crash and no replay: steps as one would write them in an afternoon, on a
 * time of their own.
 */
class Model {
  #now = 0;
  readonly #timers: { readonly at: number; readonly resolve: () => void }[] = [];
  readonly #mail: Map<string, unknown[]>;
  readonly #counts = new Map<string, number>();

  constructor(mail: Map<string, unknown[]>) {
    this.#mail = mail;
  }

  readonly pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.#timers.push({ at: this.#now + ms, resolve });
    });

  get step(): Step {
    return {
      do: async (name, config, code) => {
        const count = (this.#counts.get(name) ?? 0) + 1;
        this.#counts.set(name, count);
        const { limit, delay } = (config as Config).retries;
        for (let attempt = 1; ; attempt += 1) {
          try {
            return await (code as Code)({ step: { count } });
          } catch (error) {
            if (attempt > limit) throw error;
            await this.pause(delay * attempt);
          }
        }
      },
      sleep: (_name, ms) => this.pause(Number(ms)),
      sleepUntil: () => Promise.resolve(),
      waitForEvent: async (_name, { type, timeout }) => {
        const mail = this.#mail.get(type) ?? [];
        if (mail.length > 0) return { payload: mail.shift(), type, timestamp: new Date(0) };
        await this.pause(Number(timeout));
        throw new Error(`WorkflowTimeoutError: Execution timed out after ${timeout}ms`);
      },
    };
  }

  /** Lets time pass until a promise settles. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isSettled) return await promise;
      const next = Math.min(...this.#timers.map(({ at }) => at));
      if (next === Number.POSITIVE_INFINITY) throw new Error("The model waits for nothing.");
      this.#now = next;
      const index = this.#timers.findIndex(({ at }) => at === next);
      this.#timers.splice(index, 1)[0]?.resolve();
    }
  }
}

interface Config {
  readonly retries: { readonly limit: number; readonly delay: number };
}

type Code = (context: { readonly step: { readonly count: number } }) => Promise<unknown>;

/** What a program comes to. */
export async function expected(
  node: Node,
  mail: ReadonlyMap<string, readonly unknown[]>,
): Promise<{ readonly output: unknown } | { readonly error: string }> {
  const model = new Model(new Map([...mail].map(([type, list]) => [type, [...list]])));
  try {
    const { step, pause } = model;
    const world = new World();
    return { output: await model.settle(run(node, { step, world, pause })) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** What is to be sent to a program: numbered, in order for each type. */
export function mailFor(node: Node): Map<string, number[]> {
  const mail = new Map<string, number[]>();
  for (const [index, type] of eventsFor(node).entries()) {
    mail.set(type, [...(mail.get(type) ?? []), index]);
  }
  return mail;
}
