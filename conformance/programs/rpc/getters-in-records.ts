import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
}

export default inWorker<{ Subject: Subject }>("getters of an argument are read", async (tools) => {
  const stub = tools.objects.Subject.getByName("x") as unknown as { echo(it: unknown): unknown };
  let reads = 0;
  const value = {
    get computed() {
      return ++reads;
    },
  };
  tools.note("read", await stub.echo(value));
  tools.note("once", reads);
  await tools.fails("one that throws", () =>
    stub.echo({
      get bad() {
        throw new RangeError("in the getter");
      },
    }),
  );
  const hidden = Object.defineProperty({ a: 1 }, "hidden", { value: 2, enumerable: false });
  tools.note("not enumerable", await stub.echo(hidden));
});
