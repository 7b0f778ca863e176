import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  adder(a: number) {
    return (b: number) => (c: number) => a + b + c;
  }
}

type Adder = (n: number) => Adder & PromiseLike<number>;

export default inWorker<{ Subject: Subject }>(
  "calling what a call returns",
  async ({ objects, note }) => {
    const stub = objects.Subject.getByName("x") as unknown as { adder: Adder };
    note("at once", await stub.adder(1)(2)(3));
    const two = stub.adder(10)(20);
    note("twice", [await two(1), await two(2)]);
  },
);
