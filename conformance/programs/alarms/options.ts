import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  override alarm() {
    return;
  }
  async at(time: unknown, options?: unknown) {
    const { storage } = this.ctx;
    const open = storage as unknown as { setAlarm(...values: unknown[]): Promise<unknown> };
    const before = Date.now();
    const value = await open.setAlarm(time, options);
    const set = await storage.getAlarm();
    await storage.deleteAlarm();
    if (set === null) return [value, set];
    return [value, set - before < 1000 ? "about now" : set];
  }
  async read() {
    const open = this.ctx.storage as unknown as Record<
      "getAlarm" | "deleteAlarm",
      (...values: unknown[]) => Promise<unknown>
    >;
    const options = { allowConcurrency: true, allowUnconfirmed: true, noCache: true };
    return [
      await open.getAlarm(options),
      await open.deleteAlarm(options),
      await open.deleteAlarm(),
    ];
  }
}

const FAR = 4_102_444_800_000;

export default inWorker<{ Subject: Subject }>("times and options of alarms", async (tools) => {
  const stub = tools.objects.Subject.getByName("x");
  const values: Record<string, unknown> = {
    far: FAR,
    "a fraction": FAR + 0.7,
    "a date": new Date(FAR),
    "no date": new Date(Number.NaN),
    "a date before 1970": new Date(-1),
    "the date zero": new Date(0),
    infinity: Number.POSITIVE_INFINITY,
    "minus infinity": Number.NEGATIVE_INFINITY,
    "beyond dates": 8.64e15 + 1,
    "far beyond dates": 1e20,
    one: 1,
    "less than one": 0.5,
    "a text": "4102444800000",
    "a date as text": new Date(FAR).toISOString(),
    null: null,
    true: true,
    bigint: BigInt(FAR),
    object: {},
    array: [FAR],
  };
  for (const [label, value] of Object.entries(values)) {
    await tools.fails(label, () => stub.at(value));
  }
  await tools.fails("options", () =>
    stub.at(FAR, { allowConcurrency: true, allowUnconfirmed: true, noCache: true }),
  );
  await tools.fails("null as options", () => stub.at(FAR, null));
  await tools.fails("a number as options", () => stub.at(FAR, 5));
  await tools.fails("reading", () => stub.read());
});
