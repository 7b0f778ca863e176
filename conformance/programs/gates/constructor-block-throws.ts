import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let attempts = 0;

export class Subject extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    attempts++;
    void ctx.blockConcurrencyWhile(async () => {
      await scheduler.wait(5);
      if (attempts < 2) throw new RangeError("not loaded");
    });
  }
  hello() {
    return attempts;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a section of the constructor throws",
  async (tools) => {
    const { objects, note, fails } = tools;
    await fails("first", () => objects.Subject.getByName("x").hello());
    note("then", await objects.Subject.getByName("x").hello());
  },
);
