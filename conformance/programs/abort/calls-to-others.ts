import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Other extends DurableObject {
  #done: string[] = [];
  async slow() {
    await scheduler.wait(60);
    this.#done.push("slow");
    this.ctx.storage.kv.put("slow", true);
    return "slow";
  }
  async callBack(callback: () => Promise<string>) {
    await scheduler.wait(60);
    try {
      this.#done.push(await callback());
    } catch (error) {
      const { message, name } = error as Error;
      this.#done.push(`${name}: ${message}`);
    }
  }
  async keep(callback: { dup(): () => Promise<string> }) {
    const kept = callback.dup();
    await scheduler.wait(60);
    try {
      this.#done.push(await kept());
    } catch (error) {
      const { message, name } = error as Error;
      this.#done.push(`kept: ${name}: ${message}`);
    }
  }
  done() {
    return [this.#done, this.ctx.storage.kv.get("slow")] as const;
  }
}

export class Subject extends DurableObject<Record<string, DurableObjectNamespace<Other>>> {
  async start(className: string) {
    const others = (this.ctx.exports as Record<string, DurableObjectNamespace<Other>>)[className]!;
    // One stub: calls by it begin in order.
    const other = others.getByName("o") as unknown as {
      slow(): Promise<string>;
      callBack(it: unknown): Promise<void>;
      keep(it: unknown): Promise<void>;
    };
    void other.slow();
    void other.callBack(() => "from the dead");
    void other.keep(() => "from the dead");
    await scheduler.wait(10);
    this.ctx.abort("while calling");
  }
}

export default inWorker<{ Subject: Subject; Other: Other }>(
  "what an object that is reset had asked others for",
  async ({ objects, className, note, fails, until }) => {
    await fails("start", () => objects.Subject.getByName("x").start(className("Other")));
    const other = objects.Other.getByName("o");
    await until(async () => (await other.done())[0].length === 3);
    note("the other one", await other.done());
  },
);
