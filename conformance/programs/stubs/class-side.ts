import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  static helper() {
    return "static";
  }
}

export default inWorker<{ Subject: Subject }>(
  "statics and what every object has",
  async (tools) => {
    const stub = tools.objects.Subject.getByName("x") as unknown as Record<string, () => unknown>;
    await tools.fails("a static", () => stub.helper!());
    await tools.fails("valueOf", () => stub.valueOf!());
    await tools.fails("ctx", async () => await stub.ctx);
    await tools.fails("env", async () => await stub.env);
  },
);
