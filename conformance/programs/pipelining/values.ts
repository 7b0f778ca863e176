import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  record() {
    return { a: 1, list: [{ b: 2 }], text: "t", none: null };
  }
}

type Deep = { [key: string]: Deep } & PromiseLike<unknown>;

export default inWorker<{ Subject: Subject }>(
  "reading into a result",
  async ({ objects, fails }) => {
    const record = () => objects.Subject.getByName("x").record() as unknown as Deep;
    await fails("field", async () => await record().a);
    await fails("index", async () => await record().list!["0"]!.b);
    await fails("missing field", async () => await record().missing);
    await fails("into null", async () => await record().none!.x);
    await fails("into a number", async () => await record().a!.x);
    await fails("length of a text", async () => await record().text!.length);
    await fails("length of a list", async () => await record().list!.length);
  },
);
