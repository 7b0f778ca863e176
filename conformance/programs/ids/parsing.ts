import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}
export class Other extends DurableObject {}

export default inWorker<{ Subject: Subject; Other: Other }>(
  "which texts are ids",
  async ({ objects, fails, note }) => {
    const { Subject, Other } = objects;
    const id = Subject.newUniqueId().toString();
    await fails("empty", () => Subject.idFromString(""));
    await fails("short", () => Subject.idFromString(id.slice(1)));
    await fails("not hex", () => Subject.idFromString("z".repeat(64)));
    await fails("no such id", () => Subject.idFromString("0".repeat(64)));
    await fails("of another namespace", () => Other.idFromString(id));
    await fails("get with a text", () => Subject.get(id as unknown as DurableObjectId));
    await fails("get with an id of another namespace", () =>
      Subject.get(Other.newUniqueId() as unknown as DurableObjectId),
    );
    await fails("idFromName without a name", () => (Subject.idFromName as () => unknown)());
    note("upper case is accepted", Subject.idFromString(id.toUpperCase()).toString() === id);
  },
);
