import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  fail(): void {
    innermost();
  }
}

function innermost(): never {
  throw new RangeError("with a stack");
}

export default inWorker<{ Subject: Subject }>(
  "the stack of an error",
  async ({ objects, note }) => {
    const error = (await objects.Subject.getByName("x")
      .fail()
      .catch((it: unknown) => it)) as Error;
    note("first line", String(error.stack).split("\n")[0]);
    note("names of the callee", String(error.stack).includes("innermost"));
    note("is its own", Object.hasOwn(error, "stack"));
    note("enumerable", Object.keys(error).includes("stack"));
  },
);
