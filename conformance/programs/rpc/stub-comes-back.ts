import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  who() {
    return this.ctx.id.name;
  }
  self(stub: unknown) {
    return stub;
  }
}

type Open = { self(stub: unknown): Promise<Open>; who(): Promise<string> };

export default inWorker<{ Subject: Subject }>(
  "a stub that went round",
  async ({ objects, note }) => {
    const [a, b] = ["a", "b"].map((name) => objects.Subject.getByName(name) as unknown as Open);
    const back = await a!.self(b);
    note("works", await back.who());
  },
);
