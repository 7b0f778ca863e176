import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}

export default inWorker<{ Subject: Subject }>(
  "names are made texts",
  async ({ objects, fails }) => {
    const make = (name: unknown) => objects.Subject.idFromName(name as string).name;
    await fails("number", () => make(5));
    await fails("null", () => make(null));
    await fails("undefined", () => make(undefined));
    await fails("object", () => make({ toString: () => "told" }));
    await fails("symbol", () => make(Symbol("s")));
  },
);
