import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  props() {
    return this.ctx.props;
  }
}

type Namespace = DurableObjectNamespace<Subject>;

export default inWorker<{ Subject: Subject }>(
  "objects through exports",
  async ({ exports, objects, note, fails }) => {
    const subject = exports.Subject as Namespace & ((options: object) => Record<string, unknown>);
    note("props of an object", await subject.getByName("a").props());
    note("of a binding", await objects.Subject.getByName("a").props());
    const same = subject.idFromName("a").equals(objects.Subject.idFromName("a"));
    note("the same ids", same);
    await fails("specialised", () => {
      const made = subject({ props: { n: 1 } });
      return [typeof made, Object.prototype.toString.call(made), typeof made.getByName];
    });
    await fails("called without options", () => (subject as unknown as () => unknown)());
  },
);
