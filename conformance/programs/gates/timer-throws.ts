import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  start() {
    setTimeout(() => {
      throw new Error("in a timer");
    }, 5);
  }
  reject() {
    void Promise.reject(new Error("unhandled"));
  }
  hello() {
    return "alive";
  }
}

export default inWorker<{ Subject: Subject }>("errors that nobody catches", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  await stub.start();
  await stub.reject();
  await tools.sleep(40);
  tools.note("the same stub", await stub.hello());
});
