import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let constructed = 0;

export class Subject extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    if (++constructed === 1) ctx.abort("in the constructor");
  }
  hello() {
    return constructed;
  }
}

export default inWorker<{ Subject: Subject }>("an abort in the constructor", async (tools) => {
  const { objects, fails } = tools;
  await fails("first", () => objects.Subject.getByName("x").hello());
  await fails("second", () => objects.Subject.getByName("x").hello());
});
