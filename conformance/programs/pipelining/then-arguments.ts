import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  one() {
    return 1;
  }
  fail(): number {
    throw new RangeError("failed");
  }
}

type Loose = Record<"then" | "catch" | "finally", (...args: unknown[]) => Promise<unknown>>;

export default inWorker<{ Subject: Subject }>(
  "what then, catch and finally take",
  async ({ objects, fails }) => {
    const stub = objects.Subject.getByName("x");
    const one = () => stub.one() as unknown as Loose;
    const fail = () => stub.fail() as unknown as Loose;
    const double = (n: number) => n * 2;
    const name = (error: Error) => error.name;
    await fails("one function", () => one().then(double));
    await fails("two functions", () => fail().then(double, name));
    await fails("a function and undefined", () => one().then(double, undefined));
    await fails("catch", () => fail().catch(name));
    await fails("finally", () => one().finally(() => 5));
    await fails("finally of a failure", () => fail().finally(() => 5));
  },
);
