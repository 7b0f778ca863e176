import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Base extends RpcTarget {
  inherited() {
    return "inherited";
  }
}

class Target extends Base {
  own = "own";
  arrow = () => "arrow";
  #hidden = "hidden";
  get getter() {
    return this.#hidden;
  }
  method() {
    return this.own;
  }
}

export class Subject extends DurableObject {
  target() {
    return new Target() as unknown;
  }
}

type Open = Record<string, (() => unknown) & PromiseLike<unknown>>;

export default inWorker<{ Subject: Subject }>(
  "which members of a target are reached",
  async (t) => {
    const target = (await t.objects.Subject.getByName("x").target()) as Open;
    await t.fails("method", () => target.method!());
    await t.fails("inherited", () => target.inherited!());
    await t.fails("getter", async () => await target.getter);
    await t.fails("own field", async () => await target.own);
    await t.fails("own arrow", () => target.arrow!());
    await t.fails("missing", () => target.missing!());
    await t.fails("constructor", () => target.constructor.name);
    await t.fails("toString", () => target.toString!());
  },
);
