import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>("options of get", async ({ objects, fails }) => {
  const { Subject } = objects;
  const get = (options: unknown) => Subject.getByName("x", options as object).hello();
  await fails("a place", () => get({ locationHint: "weur" }));
  await fails("an unknown place", () => get({ locationHint: "mars" }));
  await fails("primary", () => get({ routingMode: "primary-only" }));
  await fails("an unknown option", () => get({ other: 1 }));
  await fails("undefined", () => get(undefined));
  await fails("null", () => get(null));
  await fails("a text", () => get("text"));
});
