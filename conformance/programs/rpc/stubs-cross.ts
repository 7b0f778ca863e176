import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject<{ self: DurableObjectNamespace<Subject> }> {
  whoAmI() {
    return this.ctx.id.name;
  }
  async ask(other: DurableObjectStub<Subject>) {
    return `${this.ctx.id.name} asked ${await other.whoAmI()}`;
  }
}

export default inWorker<{ Subject: Subject }>(
  "a stub as an argument",
  async ({ objects, note }) => {
    const alice = objects.Subject.getByName("alice");
    const bob = objects.Subject.getByName("bob");
    const ask = alice.ask as unknown as (other: unknown) => Promise<string>;
    note("asked", await ask(bob));
  },
);
