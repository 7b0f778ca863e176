import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

let attempts = 0;

export class Subject extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    attempts++;
    if (attempts < 3) throw new TypeError(`attempt ${attempts}`);
  }
  hello() {
    return attempts;
  }
}

export default inWorker<{ Subject: Subject }>("a constructor that throws", async (tools) => {
  const { objects, note, fails } = tools;
  const first = objects.Subject.getByName("fragile");
  await fails("first", () => first.hello());
  await fails("second, another stub", () => objects.Subject.getByName("fragile").hello());
  note("third, another stub", await objects.Subject.getByName("fragile").hello());
});
