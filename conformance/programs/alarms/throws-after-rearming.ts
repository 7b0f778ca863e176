import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #runs: unknown[] = [];
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 50);
  }
  override async alarm(info?: AlarmInvocationInfo) {
    this.#runs.push([info?.retryCount, info?.isRetry]);
    if (this.#runs.length > 1) return;
    await this.ctx.storage.setAlarm(Date.now() + 100);
    throw new Error("after arming again");
  }
  runs() {
    return this.#runs;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a handler that arms again and throws",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    await stub.plan();
    await tools.sleep(3500);
    tools.note("runs", await stub.runs());
  },
  { slow: true },
);
