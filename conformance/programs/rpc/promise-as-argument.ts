import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  one() {
    return 1;
  }
  add(a: number, b: number) {
    return a + b;
  }
  make() {
    return { f: () => "made" };
  }
  async use(value: { f(): Promise<string> }) {
    return value.f();
  }
}

type Open = Record<string, (...values: unknown[]) => Promise<unknown>>;

export default inWorker<{ Subject: Subject }>("a call's promise as an argument", async (tools) => {
  const stub = tools.objects.Subject.getByName("x") as unknown as Open;
  await tools.fails("of a number", () => stub.add!(stub.one!(), 2));
  await tools.fails("of a record with a function", () => stub.use!(stub.make!()));
  await tools.fails("a Promise", () => stub.add!(Promise.resolve(1), 2));
});
