import type { Clock } from "../clock.ts";
import type { ScheduledEvent } from "../host.ts";
import type { Logger } from "../log.ts";
import type { Random } from "../random.ts";
import type { PackageClass, PackageNamespace } from "./package-class.ts";

/** What a binding may use of the host that it is added to. */
export interface BindingContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Absolute path of the host's data. A binding keeps its own in a folder of its own below it. */
  readonly dataDirectory: string;
  /**
   * The objects of one of the binding's own `classes`. They are the same for every version of the
   * code, so what is asked for once may be kept.
   */
  namespace<T extends object>(packageClass: PackageClass<T>): PackageNamespace<T>;
  /**
   * Does something that the world can see (sends, calls, stores elsewhere) on behalf of the code that
   * runs: starts once everything that its object has written is durable, and brings the answer back
   * through the object's input gate. Every binding MUST go through it for such things; calls of
   * objects and the global `fetch` do so by themselves.
   */
  outside<T>(start: () => Promise<T>): Promise<T>;
  /**
   * Calls back by cron patterns, in UTC, as the Worker's `scheduled` is: at most once for each pattern
   * and due minute. Never, where the host runs no crons (tests, unless they ask for them).
   *
   * @returns ends it. The host does so, too, when it closes.
   */
  cron(patterns: readonly string[], run: (event: Required<ScheduledEvent>) => void): () => void;
}

/**
 * Something that a package adds to `env`: a model, an index, a workflow.
 *
 * - `create` is called once for each version of the code, before that code runs. What it answers is
 *   put into `env` under `name` as it is, so every event of that version sees the same object.
 * - `create` MUST NOT call objects: it may keep namespaces and use them later.
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
  /** Classes of the package whose objects this host is to keep. */
  readonly classes?: readonly PackageClass[];
  /**
   * The class of the user's module that this binding stands for, one that extends
   * `WorkflowEntrypoint`. A version that does not export it is refused, and the binding stands on
   * `ctx.exports` under the class's name, too.
   */
  readonly workflowClass?: string;
  create(context: BindingContext): unknown;
  close?(): Promise<void>;
}
