import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  #log: string[] = [];
  async inOrder() {
    const section = (name: string) =>
      this.ctx.blockConcurrencyWhile(async () => {
        this.#log.push(`${name} begins`);
        await scheduler.wait(5);
        this.#log.push(`${name} ends`);
        return name;
      });
    const names = await Promise.all([section("a"), section("b"), section("c")]);
    return [names, this.#log.splice(0)];
  }
  async nested() {
    const result = await this.ctx.blockConcurrencyWhile(async () => {
      const inner = await this.ctx.blockConcurrencyWhile(async () => {
        await scheduler.wait(1);
        return "inner";
      });
      return `outer of ${inner}`;
    });
    return result;
  }
  async returnsPlain() {
    return this.ctx.blockConcurrencyWhile((() => 5) as unknown as () => Promise<number>);
  }
  async selfCall(name: string) {
    const stub = (this.ctx.exports as Record<string, DurableObjectNamespace<Subject>>)[
      name
    ]!.getByName(this.ctx.id.name!);
    const called = stub.nested();
    return called;
  }
  async outerFails() {
    await this.ctx.blockConcurrencyWhile(async () => {
      await this.ctx.blockConcurrencyWhile(async () => "fine");
      throw new TypeError("outer");
    });
  }
  async afterTheFact() {
    let section: Promise<unknown> | undefined;
    setTimeout(() => {
      section = this.ctx.blockConcurrencyWhile(async () => {
        await scheduler.wait(10);
        this.#log.push("from a timer");
      });
    }, 1);
    await scheduler.wait(20);
    await section;
    return this.#log.splice(0);
  }
}

export default inWorker<{ Subject: Subject }>(
  "sections one after and inside another",
  async ({ objects, className, fails }) => {
    const stub = objects.Subject.getByName("x");
    await fails("three", () => stub.inOrder());
    await fails("nested", () => stub.nested());
    await fails("no promise", () => stub.returnsPlain());
    await fails("a call on itself", () => stub.selfCall(className("Subject")));
    await fails("from a timer", () => stub.afterTheFact());
    await fails("the outer fails", () => stub.outerFails());
    await fails("afterwards", () => stub.nested());
    await fails("a new stub", () => objects.Subject.getByName("x").nested());
  },
);
