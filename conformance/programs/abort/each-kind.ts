import { DurableObject, RpcTarget } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Target extends RpcTarget {
  hello() {
    return "hello";
  }
}

export class Subject extends DurableObject {
  override async fetch(request: Request) {
    if (request.url.endsWith("slow")) await scheduler.wait(2000);
    return new Response("fetched");
  }
  get field() {
    return 1;
  }
  target() {
    return new Target();
  }
  callback() {
    return () => "called";
  }
  hello() {
    return "alive";
  }
  async wait() {
    await scheduler.wait(2000);
    return "waited";
  }
  abort() {
    this.ctx.abort("aborted");
  }
  async section() {
    await this.ctx.blockConcurrencyWhile(async () => {
      throw Object.assign(new RangeError("in a section"), { code: 7 });
    });
  }
  async record() {
    await this.ctx.blockConcurrencyWhile(() => Promise.reject({ a: 1 }));
  }
  async primitive() {
    await this.ctx.blockConcurrencyWhile(() => Promise.reject("a text"));
  }
}

export default inWorker<{ Subject: Subject }>(
  "what every holder sees of each kind of reset",
  async ({ objects, note, fails, sleep }) => {
    for (const kind of ["abort", "section", "primitive", "record"] as const) {
      const stub = objects.Subject.getByName(kind);
      const used = objects.Subject.getByName(kind);
      const unused = objects.Subject.getByName(kind);
      const target = await stub.target();
      const callback = await stub.callback();
      await used.hello();
      const waiting = used.wait().catch((error: unknown) => error);
      const fetching = used.fetch("http://x/slow").catch((error: unknown) => error);
      await sleep(30);
      await fails(`${kind}: the call`, () => stub[kind]());
      note(`${kind}: a call in flight`, await waiting);
      note(`${kind}: a fetch in flight`, await fetching);
      await fails(`${kind}: the same stub`, () => stub.hello());
      await fails(`${kind}: fetch of it`, () => stub.fetch("http://x/"));
      await fails(`${kind}: a property of it`, async () => await stub.field);
      await fails(`${kind}: another that was used`, () => used.hello());
      await fails(`${kind}: one that was not used`, () => unused.hello());
      await fails(`${kind}: a target`, () => target.hello());
      await fails(`${kind}: a function`, () => callback());
      await fails(`${kind}: a new one`, () => objects.Subject.getByName(kind).hello());
    }
  },
);
