import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Target extends RpcTarget {}

export class Subject extends DurableObject {
  target() {
    return new Target();
  }
  make() {
    return () => 1;
  }
}

export default inWorker<{ Subject: Subject }>("shape of stubs", async ({ objects, note }) => {
  const stub = objects.Subject.getByName("x");
  const target = (await stub.target()) as unknown as Record<string | symbol, unknown>;
  const made = (await stub.make()) as unknown as Record<string | symbol, unknown>;
  note("types", [typeof target, typeof made]);
  note("classes", [target.constructor?.name, made.constructor?.name]);
  note("keys", [Object.keys(target), Object.keys(made)]);
  note("dup", typeof target.dup);
  note("disposer", typeof target[Symbol.dispose]);
  note("then", typeof target.then);
  note("anything", typeof target.anything);
});
