import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  get later() {
    return Promise.resolve("later");
  }
  get failing(): string {
    throw new RangeError("in the getter");
  }
  get made() {
    return (n: number) => n + 1;
  }
}

export default inWorker<{ Subject: Subject }>("getters over a call", async ({ objects, fails }) => {
  const stub = objects.Subject.getByName("x") as unknown as Record<string, unknown> & {
    made(n: number): unknown;
  };
  await fails("a promise", async () => await stub.later);
  await fails("one that throws", async () => await stub.failing);
  await fails("a function, called", () => stub.made(4));
});
