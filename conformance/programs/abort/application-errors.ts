import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  fail(): void {
    throw new Error("an error of the application");
  }
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>(
  "an application's error breaks no stub",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x");
    await tools.fails("fail", () => stub.fail());
    tools.note("the same stub", await stub.hello());
  },
);
