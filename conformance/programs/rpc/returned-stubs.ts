import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Other extends DurableObject {
  override fetch(request: Request) {
    return new Response(`fetched ${new URL(request.url).pathname}`);
  }
  hello(name: string) {
    return `${this.ctx.id.name} says hello to ${name}`;
  }
}

export class Subject extends DurableObject {
  other(className: string) {
    const others = (this.ctx.exports as Record<string, DurableObjectNamespace<Other>>)[className]!;
    return others.getByName("the other");
  }
  record(className: string) {
    return { stub: this.other(className), n: 1 };
  }
}

interface Got extends Disposable {
  hello(name: string): Promise<string>;
  fetch(url: string): Promise<Response>;
  id?: { name?: string };
  name?: string;
}

export default inWorker<{ Subject: Subject; Other: Other }>(
  "stubs of objects in results",
  async ({ objects, className, note, fails }) => {
    const stub = objects.Subject.getByName("x");
    const other = (await stub.other(className("Other"))) as unknown as Got;
    note("class", other.constructor.name);
    note("call", await other.hello("me"));
    note("fetch", await (await other.fetch("http://x/path")).text());
    note("keys", Object.keys(other));
    note("kinds of id and name", [typeof other.id, typeof other.name]);
    note("disposer", typeof other[Symbol.dispose]);
    const pipelined = stub.other(className("Other")) as unknown as Got;
    note("pipelined", await pipelined.hello("you"));
    const record = (await stub.record(className("Other"))) as unknown as { stub: Got; n: number };
    note("in a record", [record.n, await record.stub.hello("all")]);
    await fails("fetch through a promise", async () =>
      (await (stub.other(className("Other")) as unknown as Got).fetch("http://x/p")).text(),
    );
  },
);
