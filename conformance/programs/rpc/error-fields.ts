import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Detailed extends TypeError {
  override name = "Detailed";
  list = [1, { a: 2 }];
  when = new Date(0);
  nested = new RangeError("nested");
}

export class Subject extends DurableObject {
  detailed(): void {
    throw new Detailed("with fields");
  }
  hiddenField(): void {
    throw Object.defineProperty(new Error("hidden"), "secret", { value: 1, enumerable: false });
  }
  named(): void {
    throw Object.assign(new Error("named"), { name: "Renamed" });
  }
  flagged(): void {
    throw Object.assign(new Error("flagged"), { retryable: true, remote: false, code: "E" });
  }
}

export default inWorker<{ Subject: Subject }>("fields of an error", async ({ objects, fails }) => {
  const stub = objects.Subject.getByName("x");
  await fails("of a subclass", () => stub.detailed());
  await fails("not enumerable", () => stub.hiddenField());
  await fails("another name", () => stub.named());
  await fails("flags of its own", () => stub.flagged());
});
