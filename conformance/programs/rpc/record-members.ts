import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  record() {
    return { value: 1, nested: { text: "t" }, f: (x: number) => x + 1, list: [10, 20] };
  }
}

type Open = Record<string, unknown> & { f(x: number): unknown };

export default inWorker<{ Subject: Subject }>(
  "a record is copied, its functions are not",
  async (t) => {
    const record = (await t.objects.Subject.getByName("x").record()) as unknown as Open;
    t.note("value", record.value);
    t.note("nested", record.nested);
    t.note("list", record.list);
    t.note("function", await record.f(1));
    t.note("keys", Object.keys(record));
    t.note("toString", String(record));
  },
);
