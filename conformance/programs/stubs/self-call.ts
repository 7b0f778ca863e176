import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #depth = 0;
  async down(self: { down(self: unknown): Promise<number> }): Promise<number> {
    this.#depth++;
    return this.#depth < 4 ? self.down(self) : this.#depth;
  }
}

export default inWorker<{ Subject: Subject }>(
  "an object calls itself",
  async ({ objects, note }) => {
    const stub = objects.Subject.getByName("x") as unknown as {
      down(self: unknown): Promise<number>;
    };
    note("depth", await stub.down(stub));
  },
);
