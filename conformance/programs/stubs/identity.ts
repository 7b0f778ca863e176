import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}

export default inWorker<{ Subject: Subject }>(
  "each get makes a stub",
  async ({ objects, note }) => {
    const [one, two] = [objects.Subject.getByName("x"), objects.Subject.getByName("x")];
    note("same stub", one === two);
    note("same id", one.id.equals(two.id));
    note("the id is not made anew", one.id.toString() === two.id.toString());
  },
);
