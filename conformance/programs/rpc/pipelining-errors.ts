import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  throws(): { deeper(): number } {
    throw new Error("first");
  }
  five() {
    return 5;
  }
  record() {
    return { a: 1 };
  }
}

type Chain = Record<
  string,
  (...values: unknown[]) => Record<string, (...values: unknown[]) => Promise<unknown>>
>;

export default inWorker<{ Subject: Subject }>("pipelining on what is not there", async (tools) => {
  const { objects, fails } = tools;
  const stub = objects.Subject.getByName("pipelining") as unknown as Chain;
  await fails("the first call throws", () => stub.throws!().deeper!());
  await fails("on a number", () => stub.five!().toFixed!());
  await fails("missing in a record", () => stub.record!().nothing!());
  await fails("not a function in a record", () => stub.record!().a!());
  await fails("inherited by a record", () => stub.record!().hasOwnProperty!("a"));
});
