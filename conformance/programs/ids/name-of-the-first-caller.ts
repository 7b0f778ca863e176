import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  who() {
    return this.ctx.id.name;
  }
  store() {
    this.ctx.storage.kv.put("k", 1);
    return this.ctx.id.name;
  }
  die() {
    this.ctx.abort("gone");
  }
}

export default inWorker<{ Subject: Subject }>(
  "the name an object was started under",
  async ({ objects, note, fails }) => {
    const { Subject } = objects;
    const parsed = (name: string) =>
      Subject.get(Subject.idFromString(Subject.idFromName(name).toString()));
    note("by its name, then by a parsed id", [
      await Subject.getByName("a").who(),
      await parsed("a").who(),
    ]);
    note("by a parsed id, then by its name", [
      await parsed("b").who(),
      await Subject.getByName("b").who(),
    ]);
    note("unique", await Subject.get(Subject.newUniqueId()).who());
    note("in another namespace's way", Subject.idFromName("").name);
    note("empty", await Subject.getByName("").who());
    await fails("reset", () => Subject.getByName("b").die());
    note("by its name after a reset", await Subject.getByName("b").who());
  },
);
