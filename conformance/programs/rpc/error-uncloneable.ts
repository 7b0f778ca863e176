import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Point {}

export class Subject extends DurableObject {
  functionField(): void {
    throw Object.assign(new Error("with a function"), { f: () => 1, code: 5 });
  }
  instanceField(): void {
    throw Object.assign(new Error("with an instance"), { point: new Point(), code: 5 });
  }
  getterField(): void {
    const error = new Error("with a getter");
    Object.defineProperty(error, "bad", {
      enumerable: true,
      get() {
        throw new Error("getter");
      },
    });
    throw error;
  }
}

export default inWorker<{ Subject: Subject }>(
  "an error with fields that cannot cross",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    await tools.fails("function", () => stub.functionField());
    await tools.fails("instance", () => stub.instanceField());
    await tools.fails("getter", () => stub.getterField());
  },
);
