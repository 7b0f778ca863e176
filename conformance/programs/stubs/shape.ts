import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>("shape of a stub", async ({ objects, note }) => {
  const stub = objects.Subject.getByName("shape");
  const open = stub as unknown as Record<string, unknown>;
  note("class", stub.constructor.name);
  note("keys", Object.keys(stub));
  note("name", stub.name);
  note("id name", stub.id.name);
  note("unknown property is callable", typeof open.anything);
  note("has any name", "anything" in stub);
  note("then", open.then);
  note("awaiting a stub gives the stub", (await (stub as unknown as Promise<unknown>)) === stub);
  note("catch", typeof open.catch);
  note("toJSON", typeof open.toJSON);
  note("disposer", typeof open[Symbol.dispose as unknown as string]);
  const promise = stub.hello() as unknown as Promise<string>;
  note("a call is not a Promise", promise instanceof Promise);
  note("class of a call", promise.constructor.name);
  note("methods of a call", [typeof promise.then, typeof promise.catch, typeof promise.finally]);
  note("its value", await promise);
});
