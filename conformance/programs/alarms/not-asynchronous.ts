import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    return;
  }
  async run() {
    const { storage } = this.ctx;
    const time = Date.now() + 60_000;
    void storage.setAlarm(time);
    const seen = (await storage.getAlarm()) === time;
    void storage.deleteAlarm();
    return [seen, await storage.getAlarm()];
  }
}

export default inWorker<{ Subject: Subject }>("alarms that are not awaited", async (tools) => {
  tools.note("seen", await tools.objects.Subject.getByName("x").run());
});
