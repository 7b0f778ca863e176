import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #kept: { n: number } = { n: 0 };
  keep(value: { n: number }) {
    this.#kept = value;
    return value;
  }
  kept() {
    return this.#kept;
  }
}

export default inWorker<{ Subject: Subject }>("arguments and results are copies", async (tools) => {
  const { objects, note } = tools;
  const stub = objects.Subject.getByName("copies");
  const mine = { n: 1 };
  const call = stub.keep(mine);
  mine.n = 2;
  const returned = await call;
  note("copied when called", returned.n);
  (returned as { n: number }).n = 3;
  note("result is a copy", (await stub.kept()).n);
  note("result can be disposed", typeof (returned as unknown as Disposable)[Symbol.dispose]);
});
