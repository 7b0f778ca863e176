import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const reads: string[] = [];

export class Subject extends DurableObject {
  get lazy() {
    reads.push("lazy");
    return { inner: { n: 1 } };
  }
  get fails(): number {
    reads.push("fails");
    throw new RangeError("in a getter");
  }
  get later() {
    return Promise.resolve("later");
  }
  add(a: number, b: number) {
    return a + b;
  }
}

export default inWorker<{ Subject: Subject }>(
  "properties are read when they are awaited",
  async ({ objects, note, fails, sleep }) => {
    const stub = objects.Subject.getByName("x");
    const property = stub.lazy;
    await sleep(20);
    note("read by looking", reads.splice(0));
    note("awaited", await property);
    note("awaited again", await property);
    note("reads", reads.splice(0));
    note("a part", await property.inner);
    note("a part of a part", await (property.inner as unknown as { n: Promise<number> }).n);
    note("reads of parts", reads.splice(0));
    await fails("a getter that throws", async () => await stub.fails);
    note("a getter with a promise", await stub.later);
    const add = (await stub.add) as unknown as ((a: number, b: number) => Promise<number>) &
      Disposable;
    note("a method that is read", typeof add);
    note("called later", await add(2, 3));
    add[Symbol.dispose]();
    await fails("called after its end", () => add(2, 3));
    await fails("then of a property", () =>
      (stub.lazy as unknown as Promise<unknown>).then((value) => [value]),
    );
  },
);
