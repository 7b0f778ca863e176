import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #n = 0;
  next() {
    return ++this.#n;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a parsed id reaches the same object",
  async (tools) => {
    const { Subject } = tools.objects;
    const id = Subject.newUniqueId();
    await Subject.get(id).next();
    tools.note("a unique one", await Subject.get(Subject.idFromString(id.toString())).next());
    const named = Subject.idFromName("named");
    await Subject.get(named).next();
    tools.note("a named one", await Subject.get(Subject.idFromString(`${named}`)).next());
    tools.note("by name", await Subject.getByName("named").next());
  },
);
