import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}

export default inWorker<{ Subject: Subject }>(
  "names are compared by their bytes",
  async (tools) => {
    const id = (name: string) => tools.objects.Subject.idFromName(name);
    tools.note("not normalised", id("é").equals(id("e\u0301")));
    tools.note("case matters", id("a").equals(id("A")));
    tools.note("a lone surrogate is replaced", id("\ud800").equals(id("\ufffd")));
    tools.note("its name", id("\ud800").name === "\ufffd");
    tools.note("NUL is a letter", id("a\0").equals(id("a")));
  },
);
