import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Base extends DurableObject {
  inherited() {
    return "inherited";
  }
}

export class Subject extends Base {
  field = "own";
  arrow = () => "arrow";
  get getter() {
    return "got";
  }
  get deep() {
    return { x: { y: 7 } };
  }
  value() {
    return "value";
  }
  _underscored() {
    return "underscored";
  }
  #hidden() {
    return "hidden";
  }
  useHidden() {
    return this.#hidden();
  }
}

type Open = Record<string, ((...values: unknown[]) => Promise<unknown>) & PromiseLike<unknown>>;

export default inWorker<{ Subject: Subject }>("which members a stub reaches", async (tools) => {
  const { objects, note, fails } = tools;
  const stub = objects.Subject.getByName("lookup") as unknown as Open;
  note("method", await stub.value!());
  note("inherited", await stub.inherited!());
  note("underscored", await stub._underscored!());
  note("hidden, from inside", await stub.useHidden!());
  note("getter", await stub.getter);
  note("deep", await (stub.deep as unknown as { x: { y: unknown } }).x.y);
  await fails("missing method", () => stub.nothing!());
  await fails("missing property", async () => await stub.nothing);
  await fails("own field", async () => await stub.field);
  await fails("own arrow", () => stub.arrow!());
  await fails("call of a getter's text", () => stub.getter!());
  await fails("toString", () => stub.toString!());
  await fails("hasOwnProperty", () => stub.hasOwnProperty!("x"));
  await fails("deep in nothing", () =>
    (stub.nothing as unknown as { x: { y: PromiseLike<unknown> } }).x.y.then((value) => value),
  );
});
