import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}

export default inWorker<{ Subject: Subject }>(
  "equals takes ids only",
  async ({ objects, fails }) => {
    const id = objects.Subject.idFromName("x");
    const open = id as unknown as { equals(other?: unknown): boolean };
    await fails("a text", () => open.equals(id.toString()));
    await fails("null", () => open.equals(null));
    await fails("nothing", () => open.equals());
    await fails("a look-alike", () => open.equals({ toString: () => id.toString() }));
    await fails("a stub", () => open.equals(objects.Subject.get(id)));
  },
);
