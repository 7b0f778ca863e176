import { agentContext, contextOf } from "../context.ts";
import type { JobAlarm } from "../jobs/alarm.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Destruction } from "./destruction.ts";
import type { AgentHooks } from "./host.ts";
import type { Startup } from "./startup.ts";

/** What handling the alarm needs. */
export interface AlarmPorts {
  readonly hooks: AgentHooks;
  readonly startup: Startup;
  readonly jobs: Jobs;
  readonly alarm: JobAlarm;
  readonly destruction: Destruction;
}

/**
 * The object's alarm fired: finish a destroy that was begun, or start, run what is due and arm the
 * next alarm. Rejects for failures of the start and of the platform, so that the alarm is repeated.
 */
export async function handleAlarm(ports: AlarmPorts): Promise<void> {
  const { destruction, alarm, jobs, hooks } = ports;
  if (destruction.pending()) return destruction.destroy();
  await alarm.enter();
  let failed = true;
  try {
    await ports.startup.ensure();
    await jobs.runDue();
    if (!destruction.begun) await agentContext.run(contextOf(hooks), () => hooks.onAlarm());
    failed = false;
  } finally {
    if (!destruction.begun) await alarm.leave(failed);
  }
}
