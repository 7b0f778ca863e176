import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
}

export default inWorker<{ Subject: Subject }>(
  "odd values in arguments",
  async ({ objects, fails }) => {
    const stub = objects.Subject.getByName("x") as unknown as { echo(it: unknown): unknown };
    await fails("class", async () => typeof (await stub.echo(class Made {})));
    await fails("weak set", () => stub.echo(new WeakSet()));
    await fails("weak reference", () => stub.echo(new WeakRef({})));
    await fails("iterator", () => stub.echo([1].values()));
    await fails("boxed text", () => stub.echo(Object("text")));
    await fails("symbol key is left out", () => stub.echo({ [Symbol("s")]: 1, a: 2 }));
  },
);
