import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

async function failure(act: () => unknown): Promise<unknown> {
  try {
    await act();
    return "none";
  } catch (error) {
    return (error as Error).message;
  }
}

export class Subject extends DurableObject {
  #seen: unknown[] = [];
  async plan(milliseconds: number) {
    const { storage } = this.ctx;
    await storage.setAlarm(Math.max(1, Date.now() + milliseconds));
    storage.kv.put("set", await storage.getAlarm());
  }
  override async alarm(...args: unknown[]) {
    const [info] = args as [AlarmInvocationInfo];
    this.#seen = [
      args.length,
      Object.keys(info),
      info.constructor.name,
      info.scheduledTime === this.ctx.storage.kv.get("set"),
      Object.isFrozen(info),
      typeof this.ctx.props,
      await failure(() => this.ctx.storage.put("info", info)),
      JSON.stringify(info).length > 50,
      String(info),
      Reflect.set(info, "retryCount", 7),
    ];
    return "what is returned does not matter" as never;
  }
  seen() {
    return this.#seen;
  }
}

export default inWorker<{ Subject: Subject }>("what an alarm is told", async (tools) => {
  for (const [label, ahead] of [
    ["ahead", 100],
    ["long past", -1e13],
  ] as const) {
    const stub = tools.objects.Subject.getByName(label);
    await stub.plan(ahead);
    await tools.sleep(700);
    tools.note(label, await stub.seen());
  }
});
