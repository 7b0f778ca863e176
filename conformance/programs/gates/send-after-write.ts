import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Writer extends DurableObject {
  async run(witness: { hear(what: string): Promise<void> }) {
    await witness.hear("before");
    this.ctx.storage.kv.put("written", 1);
    void witness.hear("after the write");
    this.ctx.abort("at once");
  }
}

export class Witness extends DurableObject {
  #heard: string[] = [];
  hear(what: string) {
    this.#heard.push(what);
  }
  heard() {
    return this.#heard;
  }
}

type Open = { run(witness: unknown): Promise<void> };

export default inWorker<{ Writer: Writer; Witness: Witness }>(
  "a call does not leave before what was written",
  async ({ objects, note, fails, sleep }) => {
    const witness = objects.Witness.getByName("x");
    const writer = objects.Writer.getByName("x") as unknown as Open;
    await fails("run", () => writer.run(witness));
    await sleep(50);
    note("heard", await witness.heard());
  },
);
