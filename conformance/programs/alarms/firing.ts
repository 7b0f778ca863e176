import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #seen: unknown[] = [];
  async plan(milliseconds: number) {
    const time = Date.now() + milliseconds;
    await this.ctx.storage.setAlarm(time);
    return (await this.ctx.storage.getAlarm()) === time;
  }
  override async alarm(info?: AlarmInvocationInfo) {
    this.#seen.push({
      isRetry: info?.isRetry,
      retryCount: info?.retryCount,
      scheduled: typeof info?.scheduledTime,
      early: Date.now() < (info?.scheduledTime ?? 0),
      alarmInside: await this.ctx.storage.getAlarm(),
      name: this.ctx.id.name,
    });
  }
  async seen() {
    return [this.#seen, await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "an alarm fires once",
  async ({ objects, note, sleep }) => {
    const stub = objects.Subject.getByName("firing");
    note("set", await stub.plan(600));
    note("not yet", ((await stub.seen()) as unknown[])[0]);
    await sleep(1400);
    note("fired", await stub.seen());
    await sleep(150);
    note("once", ((await stub.seen()) as unknown[][])[0]!.length);
  },
);
