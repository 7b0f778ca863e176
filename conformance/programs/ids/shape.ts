import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}

export default inWorker<{ Subject: Subject }>("shape of namespaces and ids", async (tools) => {
  const { objects, note, fails } = tools;
  const { Subject } = objects;
  const id = Subject.idFromName("shape");
  note("namespace class", Subject.constructor.name);
  note("id class", id.constructor.name);
  note("id as text", String(id) === id.toString());
  note("id in JSON", JSON.stringify(id) === JSON.stringify({ name: "shape" }) || "other");
  note("keys of an id", Object.keys(id));
  await fails("clone an id", () => structuredClone(id));
  await fails("clone a namespace", () => structuredClone(Subject));
  await fails("unknown routing mode", () =>
    Subject.getByName("x", { routingMode: "nearest" as "primary-only" }),
  );
});
