import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #log: string[] = [];
  async read(options: { allowConcurrency?: boolean; noCache?: boolean }) {
    this.#log.push("r0");
    await this.ctx.storage.get("k", options);
    this.#log.push("r1");
    await this.ctx.storage.put("k", 1, { allowUnconfirmed: true });
    this.#log.push("r2");
    await this.ctx.storage.sync();
    this.#log.push("r3");
  }
  note() {
    this.#log.push("n");
  }
  log() {
    return this.#log;
  }
}

export default inWorker<{ Subject: Subject }>(
  "options of storage and the order of events",
  async ({ objects, note }) => {
    for (const options of [{}, { allowConcurrency: true }, { noCache: true }]) {
      const stub = objects.Subject.getByName(JSON.stringify(options));
      await Promise.all([stub.read(options), stub.note(), stub.note()]);
      note(
        JSON.stringify(options),
        (await stub.log()).filter((it) => it !== "r3"),
      );
    }
  },
);
