import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const runs: Record<string, unknown[]> = {};

export class Subject extends DurableObject {
  async start(retryAlarm: boolean) {
    await this.ctx.storage.put("retryAlarm", retryAlarm);
    await this.ctx.storage.setAlarm(Date.now() + 800);
  }
  override async alarm(info?: AlarmInvocationInfo) {
    const retryAlarm = await this.ctx.storage.get<boolean>("retryAlarm");
    runs[String(retryAlarm)] ??= [];
    runs[String(retryAlarm)]!.push([info?.retryCount, info?.isRetry]);
    if (info?.isRetry === true) return;
    this.ctx.abort("in the alarm", { retryAlarm } as never);
  }
  pending() {
    return this.ctx.storage.getAlarm();
  }
}

export default inWorker<{ Subject: Subject }>(
  "whether an alarm that an abort interrupted runs again",
  async ({ objects, note, sleep }) => {
    await objects.Subject.getByName("yes").start(true);
    await objects.Subject.getByName("no").start(false);
    await sleep(4500);
    note("retryAlarm: true", runs.true);
    note("retryAlarm: false", runs.false);
    note("still set", [
      await objects.Subject.getByName("yes").pending(),
      await objects.Subject.getByName("no").pending(),
    ]);
  },
  { slow: true },
);
