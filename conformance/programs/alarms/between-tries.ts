import { DurableObject } from "cloudflare:workers";
import { acceptAll, inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #runs: unknown[] = [];
  async plan() {
    await this.ctx.storage.setAlarm(Date.now() + 20);
  }
  override alarm(info?: AlarmInvocationInfo) {
    this.#runs.push([info?.retryCount, info?.isRetry]);
    if (this.#runs.length === 1) throw new Error("the first run fails");
  }
  async between() {
    const { storage } = this.ctx;
    const alarm = await storage.getAlarm();
    return [this.#runs.length, alarm !== null && alarm < Date.now()];
  }
  async cancel() {
    await this.ctx.storage.deleteAlarm();
    return this.ctx.storage.getAlarm();
  }
  async replace() {
    await this.ctx.storage.setAlarm(Date.now() + 200);
  }
  async seen() {
    return [this.#runs, await this.ctx.storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>(
  "an alarm that waits for another try",
  async ({ objects, note, sleep }) => {
    const [cancelled, replaced] = ["cancelled", "replaced"].map((name) =>
      objects.Subject.getByName(name),
    );
    await Promise.all([cancelled!.plan(), replaced!.plan()]);
    await sleep(800);
    note("between", await cancelled!.between());
    note("cancelled", await cancelled!.cancel());
    await replaced!.replace();
    await sleep(800);
    note("replaced", await replaced!.seen());
    await sleep(3000);
    note("cancelled in the end", await cancelled!.seen());
    note("replaced in the end", await replaced!.seen());
  },
  {
    slow: true,
    accept: acceptAll(
      "an alarm set anew comes at its own time, as is documented; the local workerd keeps the back-off",
      ["replaced", "replaced in the end"],
    ),
  },
);
