import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Inner extends DurableObject {
  fail(): void {
    throw new RangeError("deep");
  }
}

export class Outer extends DurableObject {
  async ask(inner: { fail(): Promise<void> }) {
    try {
      return await inner.fail();
    } catch (error) {
      const { remote } = error as { remote?: boolean };
      throw new Error(`outer saw ${(error as Error).name} ${remote}`, { cause: error });
    }
  }
  async pass(inner: { fail(): Promise<void> }) {
    return inner.fail();
  }
}

type Open = Record<"ask" | "pass", (inner: unknown) => Promise<unknown>>;

export default inWorker<{ Inner: Inner; Outer: Outer }>("errors through two objects", async (t) => {
  const outer = t.objects.Outer.getByName("o") as unknown as Open;
  await t.fails("wrapped", () => outer.ask(t.objects.Inner.getByName("i")));
  await t.fails("passed on", () => outer.pass(t.objects.Inner.getByName("i")));
});
