import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import type { Random } from "../random.ts";

/** What a binding may use of the host that it is added to. */
export interface BindingContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Absolute path of the host's data. A binding keeps its own in a folder of its own below it. */
  readonly dataDirectory: string;
}

/**
 * Something that a package adds to `env`: a model, an index, a workflow.
 *
 * - `create` is called once for each version of the code, before that code runs. What it answers is
 *   put into `env` under `name` as it is, so every event of that version sees the same object.
 * - `close` is called when the host closes, after the last event; it MUST be safe to call twice.
 *
 * @example
 * ```ts
 * const greeting: Binding = {
 *   name: "GREETING",
 *   create: () => ({ hello: (name: string) => `Hello ${name}` }),
 * };
 * ```
 */
export interface Binding {
  /** The property of `env`. */
  readonly name: string;
  create(context: BindingContext): unknown;
  close?(): Promise<void>;
}
