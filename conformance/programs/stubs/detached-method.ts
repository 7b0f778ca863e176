import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  add(by: number) {
    return 10 + by;
  }
}

export default inWorker<{ Subject: Subject }>("a method apart from its stub", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const { add } = stub;
  await tools.fails("taken off", () => add(1));
  const fetched = (await (stub.add as unknown)) as (by: number) => Promise<number>;
  tools.note("awaited without a call", typeof fetched);
  await tools.fails("and then called", () => fetched(2));
  await tools.fails("bound to something else", () => add.call({} as never, 3));
});
