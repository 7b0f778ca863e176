import type { JobAlarm } from "../jobs/alarm.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { isDurableObjectMemoryLimitReset } from "../retry/platform.ts";
import type { HostHooks } from "./host.ts";
import type { MemoryLimitBreaker } from "./memory-limit.ts";
import type { Startup } from "./startup.ts";

/** What handling the alarm needs. */
export interface AlarmPorts {
  readonly hooks: Pick<HostHooks, "onAlarm">;
  readonly startup: Startup;
  readonly jobs: Jobs;
  readonly alarm: JobAlarm;
  readonly breaker: MemoryLimitBreaker;
  /** Keeps the object alive until `work` ends. */
  waitUntil(work: Promise<unknown>): void;
}

/** Runs the object's alarm: start, what is due, the host's `onAlarm`, the next alarm. */
export class Alarms {
  readonly #ports: AlarmPorts;
  #running = false;

  constructor(ports: AlarmPorts) {
    this.#ports = ports;
  }

  /** Rejects for failures of start, platform and `onAlarm`, so that the platform repeats it. */
  async run(): Promise<void> {
    const { alarm, breaker, jobs } = this.#ports;
    if (alarm.disabled) return;
    await alarm.enter();
    this.#running = true;
    let failed = true;
    try {
      await this.#work();
      failed = false;
    } catch (error) {
      if (!isDurableObjectMemoryLimitReset(error)) throw error;
      await alarm.leave(true);
      return await breaker.strike(error, jobs.struck);
    } finally {
      this.#running = false;
      await alarm.leave(failed);
    }
    breaker.clear();
  }

  /** Work that outlives the job that began it: it counts as the alarm's own for the breaker. */
  track(work: Promise<unknown>): boolean {
    if (!this.#running) return false;
    const { breaker, waitUntil } = this.#ports;
    const watched = work.catch((error: unknown) =>
      // Other failures are for those who began the work.
      isDurableObjectMemoryLimitReset(error) ? breaker.strike(error, undefined) : undefined,
    );
    waitUntil(watched);
    return true;
  }

  async #work(): Promise<void> {
    const { alarm, hooks, jobs, startup } = this.#ports;
    await startup.ensure();
    await jobs.runDue();
    if (!alarm.disabled) await hooks.onAlarm();
  }
}
