import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #runs: [retryCount: number | undefined, isRetry: boolean | undefined, early: boolean][] = [];
  #first = 0;
  async start() {
    await this.ctx.storage.setAlarm(Date.now() + 20);
  }
  override async alarm(info?: AlarmInvocationInfo) {
    const now = Date.now();
    this.#first ||= now;
    const earliest = this.#first + (info?.retryCount === 0 ? 0 : 2000);
    this.#runs.push([info?.retryCount, info?.isRetry, now < earliest]);
    this.ctx.storage.kv.put(`run ${this.#runs.length}`, await this.ctx.storage.getAlarm());
    if (this.#runs.length < 2) throw new Error("the first run fails");
  }
  async seen() {
    return [this.#runs, [...this.ctx.storage.kv.list()], await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "a failed alarm is tried again after two seconds",
  async ({ objects, note, sleep }) => {
    const stub = objects.Subject.getByName("retry");
    await stub.start();
    await sleep(4000);
    note("seen", await stub.seen());
  },
  { slow: true },
);
