import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const FAR = 4_102_444_800_000;

export class Subject extends DurableObject {
  override alarm() {
    return;
  }
  async run() {
    const { storage } = this.ctx;
    const seen: unknown[] = [];
    await storage.transaction(async (txn) => {
      await txn.setAlarm(FAR);
      seen.push(["inside", await txn.getAlarm(), await storage.getAlarm()]);
    });
    seen.push(["kept", await storage.getAlarm()]);
    await storage.transaction(async (txn) => {
      await txn.setAlarm(FAR + 1);
      seen.push(["replaced", await txn.getAlarm()]);
      txn.rollback();
    });
    seen.push(["as before", await storage.getAlarm()]);
    await storage.transaction(async (txn) => {
      await txn.deleteAlarm();
      seen.push(["deleted", await txn.getAlarm()]);
      txn.rollback();
    });
    seen.push(["still there", await storage.getAlarm()]);
    const failed = storage.transaction(async (txn) => {
      await txn.setAlarm(new Date(FAR + 2));
      throw new Error("no");
    });
    await failed.catch(() => undefined);
    seen.push(["after a throw", await storage.getAlarm()]);
    await storage.transaction(async () => {
      await storage.setAlarm(FAR + 3);
      await storage
        .transaction(async (inner) => {
          await inner.deleteAlarm();
          throw new Error("inner");
        })
        .catch(() => undefined);
      seen.push(["after an inner one", await storage.getAlarm()]);
    });
    seen.push(["in the end", await storage.getAlarm()]);
    await storage.transaction((txn) => txn.deleteAlarm());
    seen.push(["gone", await storage.getAlarm()]);
    return seen;
  }
}

export default inWorker<{ Subject: Subject }>("alarms in transactions", async (tools) => {
  for (const [label, ...values] of (await tools.objects.Subject.getByName(
    "x",
  ).run()) as unknown[][]) {
    tools.note(String(label), values);
  }
});
