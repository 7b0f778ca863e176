import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    return;
  }
  async run() {
    const { storage } = this.ctx;
    try {
      storage.transactionSync(() => {
        void storage.setAlarm(Date.now() + 60_000);
        throw new Error("undo");
      });
    } catch {
      return storage.getAlarm();
    }
    return "not thrown";
  }
}

export default inWorker<{ Subject: Subject }>("an alarm set in one is undone", async (tools) => {
  tools.note("alarm", await tools.objects.Subject.getByName("x").run());
});
