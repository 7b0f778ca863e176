import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  hello(name: string) {
    return `hello ${name}`;
  }
}

export class Named extends WorkerEntrypoint {
  add(a: number, b: number) {
    return a + b;
  }
  props() {
    return this.ctx.props;
  }
  override fetch() {
    return new Response("from the entrypoint");
  }
}

interface NamedStub {
  add(a: number, b: number): Promise<number>;
  props(): Promise<unknown>;
  fetch(url: string): Promise<Response>;
}

export default inWorker<{ Subject: Subject }>("ctx.exports", async ({ exports, note, fails }) => {
  const named = exports.Named as NamedStub & ((options: { props: unknown }) => NamedStub);
  note("call", await named.add(2, 3));
  note("fetch", await (await named.fetch("http://x/")).text());
  note("props by default", await named.props());
  note("props given", await named({ props: { user: 7 } }).props());
  const subject = exports.Subject as DurableObjectNamespace<Subject>;
  note("a namespace", typeof subject.idFromName);
  note("object through exports", await subject.getByName("x").hello("there"));
  note("type of an export", [typeof named, typeof subject]);
  await fails("missing method", () => (named as unknown as { nope(): unknown }).nope());
});
