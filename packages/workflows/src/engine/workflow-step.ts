import { misuse, stepErrors } from "../wire.ts";
import { DoStep } from "./do-step.ts";
import { toError } from "./errors.ts";
import type { RollbackHandler } from "./rollbacks.ts";
import type { Run } from "./run.ts";
import type { StepContext } from "./step-config.ts";
import { checkConfig, checkRollbackConfig, isStepName, type StepConfig } from "./step-config.ts";
import {
  type StepEvent,
  sleep,
  sleepMs,
  sleepUntilMs,
  waitForEvent,
  waitMs,
} from "./wait-steps.ts";

type StepCallback = (context: StepContext) => unknown;

/** `step` of a workflow's `run`. Its methods work without it, too. */
export class WorkflowStep {
  readonly #run: Run;
  readonly #counts = new Map<string, number>();

  constructor(run: Run) {
    this.#run = run;
    for (const method of [this.do, this.sleep, this.sleepUntil, this.waitForEvent]) {
      const value = method.bind(this);
      Object.defineProperty(this, method.name, { value, writable: true, configurable: true });
    }
  }

  /** Runs a step once, over replays: its result is kept, its failures are tried again. */
  async do(...args: readonly unknown[]): Promise<unknown> {
    const name = String(args[0]);
    const hasConfig = typeof args[1] !== "function";
    const [given, callback, options] = hasConfig
      ? [args[1], args[2], args[3]]
      : [undefined, args[1], args[2]];
    if (typeof callback !== "function") throw toError(stepErrors.callback(args[0]));
    if (args[0] === undefined) throw toError(misuse.noName);
    if (!isStepName(name)) throw toError(stepErrors.name(name));
    const config = checkedConfig(checkConfig(name, given));
    const rollback = options === undefined ? undefined : rollbackOf(name, options);
    const count = this.#count(`do:${name}`);
    const label = `${name}-${count}`;
    const step = new DoStep(this.#run, {
      ...{ name, count, label, config },
      callback: callback as StepCallback,
      hasRollback: rollback !== undefined,
    });
    if (rollback !== undefined) {
      const output = () => step.output();
      this.#run.rollbacks.add({ ...{ label, name, count, output }, ...rollback });
    }
    step.begin();
    return await step.promise;
  }

  async sleep(...args: readonly unknown[]): Promise<void> {
    const name = String(args[0]);
    const ms = sleepMs(name, args[1]);
    await sleep(this.#run, this.#label("sleep", name), ms);
  }

  async sleepUntil(...args: readonly unknown[]): Promise<void> {
    const name = String(args[0]);
    const { history, clock } = this.#run.host;
    const next = `${name}-${(this.#counts.get(`sleep:${name}`) ?? 0) + 1}`;
    const isKnown = history.get("sleep", next) !== undefined;
    const ms = sleepUntilMs(name, args[1], clock.now(), isKnown);
    await sleep(this.#run, this.#label("sleep", name), ms);
  }

  async waitForEvent(...args: readonly unknown[]): Promise<StepEvent> {
    const name = String(args[0]);
    const options = args[1];
    if (typeof options !== "object" || options === null) throw toError(misuse.noWaitOptions(name));
    const { type, timeout } = options as { readonly type?: unknown; readonly timeout?: unknown };
    const ms = waitMs(timeout);
    if (ms === undefined) throw toError(misuse.wrongTimeout(name));
    return await waitForEvent(this.#run, this.#label("waitForEvent", name), String(type), ms);
  }

  #label(kind: string, name: string): string {
    return `${name}-${this.#count(`${kind}:${name}`)}`;
  }

  #count(key: string): number {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }
}

interface GivenRollback {
  readonly handler: RollbackHandler;
  readonly config: StepConfig;
}

function rollbackOf(name: string, options: unknown): GivenRollback {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw toError(stepErrors.rollbackOptions(name));
  }
  const { rollback, rollbackConfig } = options as Readonly<Record<string, unknown>>;
  if (typeof rollback !== "function") throw toError(stepErrors.rollback(name));
  const config = checkedConfig(checkRollbackConfig(name, rollbackConfig));
  return { handler: rollback as RollbackHandler, config };
}

function checkedConfig(checked: ReturnType<typeof checkConfig>): StepConfig {
  if ("error" in checked) throw toError(checked.error);
  return checked.value;
}
