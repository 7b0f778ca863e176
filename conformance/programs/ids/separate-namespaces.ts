import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

class Keeper extends DurableObject {
  keep(value: string) {
    this.ctx.storage.kv.put("kept", value);
  }
  kept() {
    return this.ctx.storage.kv.get("kept");
  }
}
export class Left extends Keeper {}
export class Right extends Keeper {}

export default inWorker<{ Left: Left; Right: Right }>(
  "one name in two namespaces is two objects",
  async ({ objects, note }) => {
    await objects.Left.getByName("same").keep("left");
    await objects.Right.getByName("same").keep("right");
    note("left", await objects.Left.getByName("same").kept());
    note("right", await objects.Right.getByName("same").kept());
  },
);
