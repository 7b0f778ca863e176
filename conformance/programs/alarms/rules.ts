import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    return;
  }
  async try(what: string): Promise<unknown> {
    const { storage } = this.ctx;
    const open = storage as unknown as { setAlarm(...values: unknown[]): Promise<void> };
    switch (what) {
      case "none":
        return storage.getAlarm();
      case "past is clamped": {
        const before = Date.now();
        await storage.setAlarm(1000);
        return ((await storage.getAlarm()) ?? 0) >= before;
      }
      case "date": {
        const time = Date.now() + 60_000;
        await storage.setAlarm(new Date(time));
        return (await storage.getAlarm()) === time;
      }
      case "replaced": {
        const time = Date.now() + 90_000;
        await storage.setAlarm(Date.now() + 60_000);
        await storage.setAlarm(time);
        return (await storage.getAlarm()) === time;
      }
      case "deleted":
        await storage.setAlarm(Date.now() + 60_000);
        await storage.deleteAlarm();
        return storage.getAlarm();
      case "fraction":
        await storage.setAlarm(Date.now() + 60_000.5);
        return Number.isInteger(await storage.getAlarm());
      case "deleteAll": {
        await storage.setAlarm(Date.now() + 60_000);
        await storage.deleteAll();
        return storage.getAlarm();
      }
      case "zero":
        return open.setAlarm(0);
      case "negative":
        return open.setAlarm(-5);
      case "NaN":
        return open.setAlarm(Number.NaN);
      case "nothing":
        return open.setAlarm();
      case "text":
        return open.setAlarm("soon");
      case "rolled back": {
        await storage.deleteAlarm();
        await storage.transaction(async (transaction) => {
          await transaction.setAlarm(Date.now() + 60_000);
          transaction.rollback();
        });
        return storage.getAlarm();
      }
      default:
        return "unknown";
    }
  }
}

export class Handlerless extends DurableObject {
  plan() {
    return this.ctx.storage.setAlarm(Date.now() + 60_000);
  }
}

const CASES = ["none", "past is clamped", "date", "replaced", "deleted", "fraction", "deleteAll"];
const MISUSE = ["zero", "negative", "NaN", "nothing", "text", "rolled back"];

export default inWorker<{ Subject: Subject; Handlerless: Handlerless }>(
  "what setAlarm takes",
  async ({ objects, fails }) => {
    for (const what of [...CASES, ...MISUSE]) {
      await fails(what, () => objects.Subject.getByName(what).try(what));
    }
    await fails("without a handler", () => objects.Handlerless.getByName("x").plan());
  },
);
