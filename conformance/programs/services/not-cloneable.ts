import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint {}

export class Subject extends DurableObject {}

export default inWorker<{ Subject: Subject }>(
  "bindings cannot be stored or copied",
  async (tools) => {
    await tools.refuses("a service", () => structuredClone(tools.services.Entry));
    await tools.refuses("an object's stub", () =>
      structuredClone(tools.objects.Subject.getByName("x")),
    );
  },
);
