import { testErrors } from "../contract-errors.ts";
import { runningWorker } from "../running.ts";

export interface ScheduledOptions {
  readonly scheduledTime?: Date | number;
  readonly cron?: string;
}

const MAKING = Symbol("making");

/** What a `scheduled` handler gets. */
class ScheduledController {
  readonly #scheduledTime: number;
  readonly #cron: string;
  #mayRetry = true;

  constructor(making?: symbol, { scheduledTime, cron }: ScheduledOptions = {}) {
    if (making !== MAKING) throw testErrors.illegalConstructor();
    this.#scheduledTime = Number(scheduledTime ?? runningWorker().host.clock.now());
    this.#cron = String(cron ?? "");
  }

  get scheduledTime(): number {
    return this.#scheduledTime;
  }

  get cron(): string {
    return this.#cron;
  }

  noRetry(): void {
    this.#mayRetry = false;
  }

  static mayRetry(controller: ScheduledController): boolean {
    return controller.#mayRetry;
  }
}

export function createScheduledController(options?: ScheduledOptions): ScheduledController {
  if (options !== undefined && (typeof options !== "object" || options === null)) {
    throw testErrors.wrongArgument("createScheduledController", 1, "ScheduledOptions");
  }
  return new ScheduledController(MAKING, options);
}

export function mayRetry(controller: ScheduledController): boolean {
  return ScheduledController.mayRetry(controller);
}
