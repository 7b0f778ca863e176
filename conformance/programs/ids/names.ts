import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  who() {
    return [this.ctx.id.name, this.ctx.id.toString().length];
  }
}

export default inWorker<{ Subject: Subject }>("names and ids", async ({ objects, note }) => {
  const { Subject } = objects;
  const named = Subject.idFromName("a name");
  const unique = Subject.newUniqueId();
  const parsed = Subject.idFromString(named.toString());
  note("hex digits", /^[0-9a-f]{64}$/.test(named.toString()));
  note("same name, same id", named.toString() === Subject.idFromName("a name").toString());
  note("other name, other id", named.toString() === Subject.idFromName("another").toString());
  note("name of a named id", named.name);
  note("name of a unique id", unique.name);
  note("name of a parsed id", parsed.name);
  note("equals ignores names", named.equals(parsed));
  note("equals another", named.equals(unique));
  note("unique ids differ", Subject.newUniqueId().equals(unique));
  note("inside, by name", await Subject.getByName("a name").who());
  note("inside, by parsed id", await Subject.get(parsed).who());
  note("inside, by unique id", await Subject.get(unique).who());
  note("empty name", await Subject.getByName("").who());
  note("unicode name", await Subject.getByName("naïve ☃ \u0000").who());
});
