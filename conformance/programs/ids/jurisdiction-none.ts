import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  hello() {
    return this.ctx.id.name;
  }
}

export default inWorker<{ Subject: Subject }>(
  "no jurisdiction",
  async ({ objects, note, fails }) => {
    const { Subject } = objects;
    const open = Subject as unknown as {
      jurisdiction(it?: unknown): DurableObjectNamespace<Subject>;
    };
    await fails("undefined", async () => open.jurisdiction(undefined).getByName("a").hello());
    await fails("same ids", () =>
      open.jurisdiction(undefined).idFromName("a").equals(Subject.idFromName("a")),
    );
    note("of an id", Subject.idFromName("a").jurisdiction);
  },
);
