import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  #instance = ++constructed;
  instance() {
    return this.#instance;
  }
  timer() {
    setTimeout(() => this.ctx.abort("in a timer"), 1);
  }
  waitUntil() {
    this.ctx.waitUntil(scheduler.wait(1).then(() => this.ctx.abort("in waitUntil")));
  }
  async section() {
    await this.ctx.blockConcurrencyWhile(async () => this.ctx.abort("in a section"));
  }
  async transaction() {
    await this.ctx.storage.transaction(async (transaction) => {
      await transaction.put("k", 1);
      this.ctx.abort("in a transaction");
    });
  }
  transactionSync() {
    this.ctx.storage.transactionSync(() => {
      this.ctx.storage.kv.put("k", 1);
      this.ctx.abort("in a synchronous transaction");
    });
  }
  afterAwait() {
    return scheduler.wait(1).then(() => this.ctx.abort("after an await"));
  }
  async callback(call: () => Promise<void>) {
    await call();
    this.ctx.abort("after a callback");
  }
  stored() {
    return this.ctx.storage.kv.get("k");
  }
}

export default inWorker<{ Subject: Subject }>(
  "an abort from wherever code runs",
  async ({ objects, fails, sleep }) => {
    const kinds = [
      "timer",
      "waitUntil",
      "section",
      "transaction",
      "transactionSync",
      "afterAwait",
    ] as const;
    for (const kind of kinds) {
      const get = () => objects.Subject.getByName(kind);
      const before = await get().instance();
      await fails(kind, () => get()[kind]());
      await sleep(30);
      // The next call may still meet the old one.
      await get()
        .instance()
        .catch(() => undefined);
      await fails(`${kind}: a call afterwards`, async () => (await get().instance()) !== before);
      await fails(`${kind}: stored`, () => get().stored());
    }
    const open = objects.Subject.getByName("c") as unknown as {
      callback(call: () => void): Promise<void>;
    };
    await fails("callback", () => open.callback(() => undefined));
  },
);
