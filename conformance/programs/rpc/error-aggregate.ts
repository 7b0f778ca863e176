import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  aggregate(): void {
    throw new AggregateError([new TypeError("one"), new RangeError("two")], "both");
  }
  evalError(): void {
    throw new EvalError("eval");
  }
  uri(): void {
    throw new URIError("uri");
  }
  reference(): void {
    throw new ReferenceError("reference");
  }
  suppressed(): void {
    throw Object.assign(new Error("empty"), { message: "" });
  }
}

export default inWorker<{ Subject: Subject }>(
  "other kinds of errors",
  async ({ objects, fails }) => {
    const stub = objects.Subject.getByName("x");
    await fails("aggregate", () => stub.aggregate());
    await fails("eval", () => stub.evalError());
    await fails("URI", () => stub.uri());
    await fails("reference", () => stub.reference());
    await fails("no message", () => stub.suppressed());
  },
);
