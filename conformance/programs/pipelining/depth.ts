import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  deep() {
    return {};
  }
}

type Deep = { a: Deep } & PromiseLike<unknown>;

export default inWorker<{ Subject: Subject }>(
  "how deep a path may be",
  async ({ objects, fails }) => {
    const walk = (steps: number) => {
      let at = objects.Subject.getByName("x").deep() as unknown as Deep;
      for (let step = 0; step < steps; step++) at = at.a;
      return at;
    };
    await fails("2", async () => await walk(2));
    await fails("64", async () => await walk(64));
    await fails("65", async () => await walk(65));
  },
);
