import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

const FAR = 4_102_444_800_000;

class Base extends DurableObject {
  plan(time = FAR) {
    return this.ctx.storage.setAlarm(time);
  }
  ran() {
    return this.ctx.storage.kv.get("ran");
  }
}

export class Inherited extends Base {
  override alarm() {
    this.ctx.storage.kv.put("ran", "inherited");
  }
}
export class Child extends Inherited {}
export class Field extends Base {
  override alarm = () => {
    this.ctx.storage.kv.put("ran", "field");
  };
}
export class NoFunction extends Base {}
Object.defineProperty(NoFunction.prototype, "alarm", { value: 5 });
export class Getter extends Base {}
Object.defineProperty(Getter.prototype, "alarm", {
  get(this: { ctx: DurableObjectState }) {
    return () => this.ctx.storage.kv.put("ran", "getter");
  },
});

type All = { Child: Child; Field: Field; NoFunction: NoFunction; Getter: Getter };

export default inWorker<All>("what may be a handler", async ({ objects, fails, note, sleep }) => {
  const stubs = {
    inherited: objects.Child.getByName("x"),
    field: objects.Field.getByName("x"),
    "no function": objects.NoFunction.getByName("x"),
    getter: objects.Getter.getByName("x"),
  };
  for (const [label, stub] of Object.entries(stubs)) await fails(label, () => stub.plan());
  const runs = ["inherited", "field", "getter"] as const;
  for (const label of runs) await stubs[label].plan(1).catch(() => undefined);
  await sleep(800);
  for (const label of runs) note(`${label} ran`, await stubs[label].ran());
});
