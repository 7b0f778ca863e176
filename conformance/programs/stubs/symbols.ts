import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  [Symbol.iterator]() {
    return [1, 2][Symbol.iterator]();
  }
  [Symbol.toPrimitive]() {
    return "primitive";
  }
}

export default inWorker<{ Subject: Subject }>(
  "symbols stay at home",
  async ({ objects, note, fails }) => {
    const stub = objects.Subject.getByName("x") as unknown as Record<symbol, unknown>;
    note("iterator", typeof stub[Symbol.iterator]);
    note("async iterator", typeof stub[Symbol.asyncIterator]);
    note("toPrimitive", typeof stub[Symbol.toPrimitive]);
    note("dispose", typeof stub[Symbol.dispose]);
    note("has", Symbol.iterator in stub);
    await fails("spread", () => [...(stub as unknown as Iterable<unknown>)]);
  },
);
