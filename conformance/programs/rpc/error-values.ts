import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
}

class Custom extends Error {
  override name = "Custom";
  code = 9;
}

export default inWorker<{ Subject: Subject }>("errors as values", async ({ objects, note }) => {
  const stub = objects.Subject.getByName("x") as unknown as { echo(it: unknown): Promise<Error> };
  note("plain", await stub.echo(new Error("plain")));
  note("in a record", await stub.echo({ error: new TypeError("inside") }));
  note("with a cause", (await stub.echo(new Error("outer", { cause: "why" }))).cause);
  note("of a class of its own", await stub.echo(new Custom("custom")));
  note("DOMException", await stub.echo(new DOMException("dom", "AbortError")));
});
