import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    constructed++;
  }
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>(
  "an object starts with its first call, not with its stub",
  async ({ objects, note, sleep }) => {
    const stub = objects.Subject.getByName("lazy");
    await sleep(20);
    note("after get", constructed);
    await stub.hello();
    note("after a call", constructed);
    await objects.Subject.getByName("lazy").hello();
    note("after a call through another stub", constructed);
  },
);
