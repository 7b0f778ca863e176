/**
 * Until when clients have to answer the calls of the model, where the agent sets a time.
 *
 * @module
 */

import type { TaskStep } from "../../tasks/types.ts";
import { ChatTask } from "../schema.ts";
import type { ToolHost } from "./host.ts";

const RUN_PREFIX = "chat_tool_";

/**
 * A task of the object waits for each deadline, so that neither an eviction nor a crash forgets it,
 * and the object need not be awake until then.
 */
export class Deadlines {
  readonly #host: ToolHost;
  /** Calls with a deadline, as far as this life knows. */
  readonly #calls = new Set<string>();

  /** @param expire is called when a call's time is up, answered or not */
  constructor(host: ToolHost, expire: (toolCallId: string) => void) {
    this.#host = host;
    host.tasks.register(ChatTask.TOOL_DEADLINE, (input, step) => this.#attend(input, step, expire));
  }

  /** Gives calls that wait a deadline, unless they have one: the first stands. */
  set(toolCallIds: readonly string[]): void {
    const { clock, settings, failed } = this.#host;
    const timeoutMs = settings.clientToolTimeoutMs;
    if (!(timeoutMs > 0 && Number.isFinite(timeoutMs))) return;
    const until = clock.now() + timeoutMs;
    for (const toolCallId of toolCallIds) {
      if (this.#calls.has(toolCallId)) continue;
      this.#calls.add(toolCallId);
      this.#stand(toolCallId, until).catch(failed);
    }
  }

  /** A call waits no longer. */
  settle(toolCallId: string): void {
    if (!this.#calls.delete(toolCallId)) return;
    this.#host.tasks.cancel(RUN_PREFIX + toolCallId, "answered").catch(this.#host.failed);
  }

  /** No call of this conversation waits any more. */
  reset(): void {
    for (const toolCallId of [...this.#calls]) this.settle(toolCallId);
  }

  async #stand(toolCallId: string, until: number): Promise<void> {
    const options = { runId: RUN_PREFIX + toolCallId, retain: false };
    await this.#host.tasks.__DO_NOT_USE_WILL_BREAK__runAttached(
      ChatTask.TOOL_DEADLINE,
      { toolCallId, until },
      options,
    );
  }

  async #attend(
    input: unknown,
    step: TaskStep,
    expire: (toolCallId: string) => void,
  ): Promise<void> {
    const { toolCallId, until } = (input ?? {}) as { toolCallId?: unknown; until?: unknown };
    if (typeof toolCallId !== "string" || typeof until !== "number") return;
    await step.sleepUntil("deadline", until);
    this.#host.noteStarted();
    await step.do("expire", async () => {
      this.#calls.delete(toolCallId);
      expire(toolCallId);
    });
  }
}
