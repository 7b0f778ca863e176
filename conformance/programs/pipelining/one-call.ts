import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let calls = 0;

export class Subject extends DurableObject {
  record() {
    return { n: ++calls, f: () => calls };
  }
}

export default inWorker<{ Subject: Subject }>("a call is made once", async ({ objects, note }) => {
  const call = objects.Subject.getByName("x").record();
  note("field", await (call as unknown as { n: Promise<number> }).n);
  note("function", await call.f());
  note("the whole", (await call).n);
  note("again", (await call).n);
});
