import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  make() {
    return Object.assign((x: number) => x + 1, { label: "adder", inner: { deep: 2 } });
  }
}

type Made = ((x: number) => Promise<number>) & {
  label: PromiseLike<string>;
  inner: { deep: PromiseLike<number> };
  length: unknown;
};

export default inWorker<{ Subject: Subject }>(
  "fields of a function",
  async ({ objects, fails }) => {
    const made = (await objects.Subject.getByName("x").make()) as unknown as Made;
    await fails("called", () => made(1));
    await fails("own field", async () => await made.label);
    await fails("deep field", async () => await made.inner.deep);
    await fails("length", async () => await made.length);
  },
);
