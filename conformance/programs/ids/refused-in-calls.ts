import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
  give() {
    return this.ctx.id as unknown;
  }
}

type Open = { echo(value: unknown): unknown; give(): unknown };

export default inWorker<{ Subject: Subject }>("an id does not cross a call", async (tools) => {
  const stub = tools.objects.Subject.getByName("x") as unknown as Open;
  await tools.fails("as an argument", () => stub.echo(tools.objects.Subject.newUniqueId()));
  await tools.fails("as a result", () => stub.give());
});
